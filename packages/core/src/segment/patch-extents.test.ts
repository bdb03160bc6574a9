import { sizeOf } from "@voxelsmith/engine";
import { expect, test } from "vitest";
import { patchExtents } from "./patch-extents.ts";

const channels = [16, 32, 64, 128];

test("auto keeps a grid of up to 64^3 voxels whole", () => {
  for (const extents of [
    [64, 64, 64],
    [48, 64, 80],
    [1, 400, 400],
  ])
    expect(patchExtents({ patch: "auto", channels }, extents)).toEqual(extents);
});

test("auto shortens the longest axis of a larger grid, by what the network can divide", () => {
  expect(patchExtents({ patch: "auto", channels }, [96, 112, 96])).toEqual([64, 64, 64]);
  expect(patchExtents({ patch: "auto", channels }, [32, 320, 320])).toEqual([32, 88, 88]);
  for (const extents of [
    [80, 96, 80],
    [48, 512, 512],
    [304, 304, 304],
    [8, 1024, 1024],
  ]) {
    const patch = patchExtents({ patch: "auto", channels }, extents);
    expect(sizeOf(patch)).toBeLessThanOrEqual(64 ** 3);
    for (const [axis, extent] of patch.entries()) expect([extent % 8, extent <= extents[axis]]).toEqual([0, true]);
  }
});

test("a network that halves too often to be shortened further keeps what it needs", () => {
  expect(patchExtents({ patch: "auto", channels: Array(9).fill(1) }, [256, 256, 256])).toEqual([256, 256, 256]);
});

test("whole is the grid, and a patch of the settings is never larger than it", () => {
  expect(patchExtents({ patch: "whole", channels }, [96, 112, 96])).toEqual([96, 112, 96]);
  expect(patchExtents({ patch: [2, 8, 8], channels }, [5, 3, 4])).toEqual([2, 3, 4]);
});
