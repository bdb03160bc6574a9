import { describe, expect, it } from "vitest";
import { cubeOf, cutMiddle } from "./cube.ts";
import { mirror } from "./sample-augmentation.ts";

const image = Float32Array.from({ length: 27 }, (_, n) => n);
const cube = { image, extents: [3, 3, 3] };

describe("cube", () => {
  it("is upright and z-scored", () => {
    const affine = [-1, 0, 0, 2, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]; // i to the left
    const { image: data, extents } = cubeOf({ kind: "image", dims: [3, 1, 3], affine, data: image.slice(0, 9) }, "a");
    expect(extents).toEqual([3, 1, 3]);
    expect(data[0]).toBeGreaterThan(data[1]);
    expect(data.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 5);
    expect(data.reduce((sum, value) => sum + value ** 2, 0) / 9).toBeCloseTo(1, 5);
  });

  it("its middle is cut out, moved, and padded with the smallest value", () => {
    expect([...cutMiddle(cube, [1, 1, 1])]).toEqual([13]);
    expect([...cutMiddle(cube, [1, 1, 1], [0, 1, -1])]).toEqual([15]);
    expect([...cutMiddle(cube, [1, 1, 5])]).toEqual([0, 12, 13, 14, 0]);
    expect([...cutMiddle(cube, [1, 1, 3], [3, 0, 0])]).toEqual([0, 0, 0]);
    expect(cutMiddle(cube, [5, 3, 3])[9]).toBe(0);
    expect([...cutMiddle(cube, [3, 3, 3])]).toEqual([...image]);
  });

  it("mirrors along one axis or all", () => {
    const along = (mirrored: readonly [boolean, boolean, boolean]) => [...mirror(image, [3, 3, 3], { mirrored })];
    expect(along([false, false, true]).slice(0, 3)).toEqual([2, 1, 0]);
    expect(along([true, false, false]).slice(0, 3)).toEqual([18, 19, 20]);
    expect(along([true, true, true])).toEqual([...image].reverse());
  });
});
