import { expect, test } from "vitest";
import { SEGMENT_PRESETS } from "./config.ts";
import { takePatch, takeSample, takeSlices, trainingShape } from "./example-source.ts";

const extents = [5, 3, 4];
const image = Float32Array.from({ length: 60 }, (_, voxel) => voxel);
const example = { name: "e", image, classes: image.map((value) => value % 3) };

test("slices lie along the third voxel axis, image and labels from the same place, the same for the same step", () => {
  const taken = takeSlices(example, extents, { count: 16, seed: 1, step: 4 });
  expect(taken.image).toHaveLength(16 * 12);
  for (let n = 0; n < 16; n++) {
    const start = taken.image[12 * n];
    expect(start % 12).toBe(0);
    expect([...taken.image.subarray(12 * n, 12 * n + 12)]).toEqual(Array.from({ length: 12 }, (_, p) => start + p));
  }
  taken.image.forEach((value, index) => void expect(taken.classes[index]).toBe(value % 3));
  expect(takeSlices(example, extents, { count: 16, seed: 1, step: 4 })).toEqual(taken);
  expect(takeSlices(example, extents, { count: 16, seed: 1, step: 5 })).not.toEqual(taken);
});

test("the paper's network sees a batch of slices, the default one whole volume", () => {
  expect(trainingShape(SEGMENT_PRESETS.paper, extents)).toEqual({ batch: 16, extents: [3, 4] });
  expect(trainingShape(SEGMENT_PRESETS.fast, extents)).toEqual({ batch: 1, extents });
});

test("a scan that is one slice is seen once, not sixteen times", () => {
  expect(trainingShape(SEGMENT_PRESETS.paper, [1, 3, 4])).toEqual({ batch: 1, extents: [3, 4] });
  const slice = { name: "s", image: image.subarray(0, 12), classes: example.classes.subarray(0, 12) };
  expect(takeSlices(slice, [1, 3, 4], { count: 1, seed: 1, step: 4 })).toEqual(slice);
});

test("a patch is one box of the volume, image and labels from the same place, another one at another step", () => {
  const patch = [2, 3, 2];
  const starts = new Set<number>();
  for (let step = 1; step <= 200; step++) {
    const taken = takePatch(example, extents, { patch, seed: 1, step });
    const [start] = taken.image;
    const box = [0, 1].flatMap((d) => [0, 1, 2].flatMap((h) => [0, 1].map((w) => start + 12 * d + 4 * h + w)));
    expect([...taken.image]).toEqual(box);
    expect([...taken.classes]).toEqual(box.map((value) => value % 3));
    expect(taken.name).toBe(`e at ${Math.floor(start / 12)},0,${start % 4}`);
    expect(takePatch(example, extents, { patch, seed: 1, step })).toEqual(taken);
    starts.add(start);
  }
  expect(starts.size).toBe(4 * 1 * 3); // every place that fits
});

test("of a grid that fits into the patch the example is taken as it is", () => {
  const cut = { ...SEGMENT_PRESETS.fast, patch: [2, 8, 8] as [number, number, number] };
  expect(trainingShape(cut, extents)).toEqual({ batch: 1, extents: [2, 3, 4] });
  expect(takeSample(cut, example, extents, { seed: 1, step: 1 }).image).toHaveLength(24);
  expect(takeSample(SEGMENT_PRESETS.fast, example, extents, { seed: 1, step: 1 })).toBe(example);
});
