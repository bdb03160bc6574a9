import { createRandom } from "@voxelsmith/engine";
import { expect, test } from "vitest";
import { createSynthesizer, type Example } from "./apply.ts";
import { SYNTHESIZE_PRESETS } from "./config.ts";
import { drawExample, type ExampleDraw } from "./draw.ts";
import type { GraphChanges } from "./example-graph.ts";

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
  parts: { field?: Float32Array; psi?: Float32Array; changes?: GraphChanges; mirroredClasses?: readonly number[] } = {},
): Promise<Example> {
  const synthesizer = await createSynthesizer(
    {
      extents,
      fieldExtents: [4, 5, 6],
      labeled: async () => atlas,
      changes: parts.changes ?? { blur: false },
      ...(parts.mirroredClasses === undefined ? {} : { mirroredClasses: parts.mirroredClasses }),
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

test("a mirrored draw gives the mirror image along W, labels too", async () => {
  const draw: ExampleDraw = { ...plain, mirrored: true, affine: [1, 0, 0, 0, 1, 0, 0, 0, -1] };
  const { image, classes } = await synthesize(draw);
  const mirror = (values: Float32Array): Float32Array =>
    values.map((_, voxel) => values[voxel - (voxel % 12) + 11 - (voxel % 12)]);
  expect(classes).toEqual(mirror(atlas.classes));
  image.forEach((value, voxel) => void expect(value).toBeCloseTo(mirror(atlas.image)[voxel], 3));
  // Classes 1 and 2 are the two sides of one structure.
  const exchanged = await synthesize(draw, { mirroredClasses: [0, 2, 1, 3] });
  expect(exchanged.image).toEqual(image);
  expect(exchanged.classes).toEqual(classes.map((one) => [0, 2, 1, 3][one]));
  const unmoved = await synthesize(plain, { mirroredClasses: [0, 2, 1, 3] });
  expect(unmoved.classes).toEqual(atlas.classes);
});

test("a random displacement moves image and labels alike", async () => {
  const draw = { ...plain, displacement: { rms: 0.05, start: 77 } };
  const moved = await synthesize(draw, { changes: { blur: false, displacementSmoothness: 0.2 } });
  const still = await synthesize(plain, { changes: { blur: false, displacementSmoothness: 0.2 } });
  expect(still.classes).toEqual(atlas.classes);
  const changed = (one: Float32Array, other: Float32Array): number =>
    one.reduce((count, value, voxel) => count + (Math.abs(value - other[voxel]) > 0.01 ? 1 : 0), 0) / voxels;
  expect(changed(moved.image, still.image)).toBeGreaterThan(0.5);
  expect(changed(moved.classes, still.classes)).toBeGreaterThan(0.1);
});

test("blur takes the share that is drawn: none, half and all lie on one line", async () => {
  const changes = { blur: true };
  const [none, half, all] = await Promise.all(
    [0, 0.5, 1].map(async (blur) => (await synthesize({ ...plain, blur }, { changes })).image),
  );
  half.forEach((value, voxel) => void expect(value).toBeCloseTo((none[voxel] + all[voxel]) / 2, 2));
  const roughness = (values: Float32Array): number =>
    values.reduce((sum, value, voxel) => sum + (voxel % 12 === 0 ? 0 : (value - values[voxel - 1]) ** 2), 0);
  expect(roughness(all)).toBeLessThan(0.2 * roughness(none));
});

test("rand-aug clips to 0..1, other draws do not", async () => {
  const bright = { ...plain, scale: 3 };
  expect(Math.max(...(await synthesize(bright)).image)).toBeGreaterThan(2);
  const clipped = (await synthesize({ ...bright, clipped: true })).image;
  expect(Math.max(...clipped)).toBe(1);
  expect(Math.min(...clipped)).toBeGreaterThanOrEqual(0);
});

test("a draw that the graph was not made for is refused", async () => {
  await expect(synthesize({ ...plain, blur: 0.5 })).rejects.toThrow("made without");
  await expect(synthesize({ ...plain, displacement: { rms: 0.1, start: 0 } })).rejects.toThrow("made without");
});
