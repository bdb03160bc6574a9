import { initializeWeights, parameterCount } from "@voxelsmith/engine";
import { expect, test } from "vitest";
import { SEGMENT_PRESETS } from "./config.ts";
import { segmenterParameters } from "./graph.ts";
import { createSegmenter } from "./predict.ts";

test("the paper preset's segmenter has the parameters of the published one", () => {
  expect(parameterCount(segmenterParameters(SEGMENT_PRESETS.paper, 31))).toBe(1_781_791);
});

test.each(["unet-3d", "unet-2d"] as const)(
  "%s: probabilities sum to 1, and classify takes the largest",
  async (network) => {
    const config = { ...SEGMENT_PRESETS[network === "unet-3d" ? "fast" : "paper"], channels: [4, 8] };
    const extents = [4, 6, 8];
    const weights = initializeWeights(segmenterParameters(config, 3), 1);
    const segmenter = await createSegmenter(config, 3, weights, extents, { threads: 1 });
    const image = Float32Array.from({ length: 192 }, (_, voxel) => Math.sin(voxel));
    const probabilities = await segmenter.probabilities(image);
    const classes = await segmenter.classify(image);
    await segmenter.dispose();
    expect(probabilities).toHaveLength(3 * 192);
    for (let p = 0; p < 192; p++) {
      const values = [probabilities[p], probabilities[192 + p], probabilities[384 + p]];
      expect(values[0] + values[1] + values[2]).toBeCloseTo(1, 5);
      expect(values[classes[p]]).toBe(Math.max(...values));
    }
  },
);

test.each(["unet-3d", "unet-2d"] as const)(
  "%s: a mirrored segmenter averages scan and mirror image",
  async (network) => {
    const base = { ...SEGMENT_PRESETS[network === "unet-3d" ? "fast" : "paper"], channels: [4, 8] };
    const weights = initializeWeights(segmenterParameters(base, 3), 1);
    const [extents, mirroredClasses] = [
      [4, 6, 8],
      [0, 2, 1],
    ];
    const image = Float32Array.from({ length: 192 }, (_, voxel) => Math.sin(voxel * voxel));
    const turned = (values: Float32Array): Float32Array => values.map((_, at) => values[at - (at % 8) + 7 - (at % 8)]);
    const predict = async (
      mirrored: boolean,
      seen: Float32Array,
      classes?: readonly number[],
    ): Promise<Float32Array> => {
      const options = { threads: 1, ...(classes === undefined ? {} : { mirroredClasses: classes }) };
      const segmenter = await createSegmenter({ ...base, mirrored }, 3, weights, extents, options);
      const probabilities = await segmenter.probabilities(seen);
      await segmenter.dispose();
      return probabilities;
    };
    const seen = await predict(false, image);
    const other = turned(await predict(false, turned(image)));
    const both = await predict(true, image, mirroredClasses);
    for (let c = 0; c < 3; c++) {
      for (let p = 0; p < 192; p++) {
        const mean = (seen[c * 192 + p] + other[mirroredClasses[c] * 192 + p]) / 2;
        expect(both[c * 192 + p]).toBeCloseTo(mean, 6);
      }
    }
    expect(await predict(true, image)).toEqual(seen); // which classes change places is not known
    expect(await predict(false, image, mirroredClasses)).toEqual(seen);
  },
);

test("unet-2d looks at each slice alone", async () => {
  const config = { ...SEGMENT_PRESETS.paper, channels: [4, 8] };
  const weights = initializeWeights(segmenterParameters(config, 2), 1);
  const segmenter = await createSegmenter(config, 2, weights, [3, 8, 8], { threads: 1 });
  const image = Float32Array.from({ length: 192 }, (_, voxel) => Math.cos(voxel));
  const other = image.map((value, voxel) => (voxel >= 128 ? value + 1 : value)); // the last slice differs
  const [a, b] = [await segmenter.probabilities(image), await segmenter.probabilities(other)];
  await segmenter.dispose();
  expect(b.slice(0, 128)).toEqual(a.slice(0, 128));
  expect(b.slice(128, 192)).not.toEqual(a.slice(128, 192));
});

test("trained on patches, it sees the scan patch by patch", async () => {
  const config = { ...SEGMENT_PRESETS.fast, channels: [4, 8], patch: [4, 4, 8] as [number, number, number] };
  const weights = initializeWeights(segmenterParameters(config, 2), 1);
  const sliding = await createSegmenter(config, 2, weights, [4, 8, 8], { threads: 1 });
  const whole = await createSegmenter({ ...config, patch: "whole" }, 2, weights, [4, 4, 8], { threads: 1 });
  const image = Float32Array.from({ length: 256 }, (_, voxel) => Math.sin(voxel));
  const probabilities = await sliding.probabilities(image);
  const window = Float32Array.from({ length: 128 }, (_, p) => image[Math.floor(p / 32) * 64 + (p % 32)]);
  const first = await whole.probabilities(window);
  await sliding.dispose();
  await whole.dispose();
  // Row 0 of a slice lies in the first window alone; what the other windows hold does not change it.
  for (let c = 0; c < 2; c++)
    for (let d = 0; d < 4; d++)
      for (let w = 0; w < 8; w++)
        expect(probabilities[c * 256 + d * 64 + w]).toBeCloseTo(first[c * 128 + d * 32 + w], 5);
});
