import { createRandom } from "@voxelsmith/engine";
import { expect, test } from "vitest";
import { createSynthesizer, type Example } from "./apply.ts";
import { SYNTHESIZE_PRESETS } from "./config.ts";
import { drawExample, type ExampleDraw } from "./draw.ts";

const extents = [8, 10, 12];
const voxels = 960;
const random = createRandom(1, "synthesizer test");
const atlas = {
  image: Float32Array.from({ length: voxels }, () => random.between(0.2, 0.8)),
  classes: Float32Array.from({ length: voxels }, () => random.integer(4)),
};
const plain: ExampleDraw = drawExample(
  SYNTHESIZE_PRESETS.paper,
  { atlases: ["a"], subjects: ["s"] },
  { seed: 1, stream: "test", index: 0 },
);

async function synthesize(
  draw: ExampleDraw,
  parts: { field?: Float32Array; psi?: Float32Array } = {},
): Promise<Example> {
  const synthesizer = await createSynthesizer(
    {
      extents,
      fieldExtents: [4, 5, 6],
      atlases: new Map([["a", atlas]]),
      transforms: {
        field: async () => parts.field ?? new Float32Array(3 * 120),
        appearance: async () => parts.psi ?? new Float32Array(voxels),
      },
    },
    { threads: 1 },
  );
  const example = await synthesizer.apply(draw);
  await synthesizer.dispose();
  return example;
}

test("no change gives the atlas back: image to rounding, labels exactly", async () => {
  const { image, classes } = await synthesize(plain);
  expect(classes).toEqual(atlas.classes);
  // The contrast step works on logarithms with a floor of 1e-4.
  image.forEach((value, voxel) => void expect(value).toBeCloseTo(atlas.image[voxel], 3));
});

test("the field pulls back: +1 voxel of the half-resolution grid along H reads two voxels further along H", async () => {
  const field = new Float32Array(3 * 120).fill(1, 120, 240);
  const { classes } = await synthesize(plain, { field });
  for (let d = 0; d < 8; d++) {
    for (let h = 0; h < 10; h++) {
      for (let w = 0; w < 12; w++) {
        const source = (d * 10 + Math.min(h + 2, 9)) * 12 + w;
        expect(classes[(d * 10 + h) * 12 + w]).toBe(atlas.classes[source]);
      }
    }
  }
});

test("appearance and intensity changes never touch a label", async () => {
  const field = createRandom(2)
    .normals(360)
    .map((value) => 0.3 * value);
  const draw = { ...plain, gamma: 1.7, scale: 0.5, shift: 0.3, noise: { deviation: 0.2, start: 5 } };
  const before = await synthesize(plain, { field });
  const after = await synthesize(draw, { field, psi: createRandom(3).normals(voxels) });
  expect(after.classes).toEqual(before.classes);
  expect(after.image).not.toEqual(before.image);
});

test("the appearance change is added in the atlas frame, before the warp", async () => {
  const field = new Float32Array(3 * 120).fill(1, 0, 120); // two voxels along D
  const psi = new Float32Array(voxels);
  psi[(5 * 10 + 4) * 12 + 6] = 0.1;
  const without = await synthesize(plain, { field });
  const changed = await synthesize(plain, { field, psi });
  const moved = (3 * 10 + 4) * 12 + 6; // reads the atlas at D = 5
  changed.image.forEach((value, voxel) => {
    expect(value - without.image[voxel]).toBeCloseTo(voxel === moved ? 0.1 : 0, 4);
  });
});

test("a draw that went through JSON gives the same bits, whatever was drawn between", async () => {
  const targets = { atlases: ["a"], subjects: ["s", "t"] };
  const draw = drawExample(SYNTHESIZE_PRESETS.fast, targets, { seed: 5, stream: "test", index: 9 });
  const first = await synthesize(draw);
  await synthesize(drawExample(SYNTHESIZE_PRESETS.fast, targets, { seed: 6, stream: "test", index: 1 }));
  const again = await synthesize(JSON.parse(JSON.stringify(draw)));
  expect(again.image).toEqual(first.image);
  expect(again.classes).toEqual(first.classes);
});
