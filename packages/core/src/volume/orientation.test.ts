import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  affineFromParts,
  applyAffine,
  multiplyAffines,
  type Point,
  rotationFromEuler,
  scalingAffine,
} from "./affine.ts";
import { axisCodes, reorient, reorientGrid, reorientOnto } from "./orientation.ts";
import type { Dims, LabelMap, Volume } from "./volume.ts";

const ALL_CODES = ["RAS", "LPI"].flatMap(() => {
  const pairs = ["RL", "AP", "SI"];
  const orders = [
    [0, 1, 2],
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0],
  ];
  return orders.flatMap((order) =>
    [0, 1, 2, 3, 4, 5, 6, 7].map((bits) => order.map((pair, axis) => pairs[pair][(bits >> axis) & 1]).join("")),
  );
});

const dims: Dims = [3, 4, 5];
const oblique = multiplyAffines(
  affineFromParts(rotationFromEuler(0.3, -0.2, 0.4), [10, -20, 30]),
  scalingAffine([1, 2, 3]),
);
const volume: Volume = {
  kind: "image",
  dims,
  affine: oblique,
  data: Float32Array.from({ length: 60 }, (_, index) => index),
};

describe("orientation", () => {
  it("knows the standard ones", () => {
    expect(axisCodes(scalingAffine([1, 1, 1]))).toBe("RAS");
    expect(axisCodes(scalingAffine([-1, -2, 3]))).toBe("LPS");
    expect(axisCodes(affineFromParts([0, 0, -2, 1, 0, 0, 0, -1, 0], [0, 0, 0]))).toBe("AIL");
    expect(axisCodes(oblique)).toBe("RAS");
  });

  it("gives every axis once, however the scan is turned", () => {
    const angle = fc.double({ min: -4, max: 4, noNaN: true });
    fc.assert(
      fc.property(angle, angle, angle, (x, y, z) => {
        const codes = axisCodes(affineFromParts(rotationFromEuler(x, y, z), [0, 0, 0]));
        expect([...codes].map((code) => Math.max("RAS".indexOf(code), "LPI".indexOf(code))).sort()).toEqual([0, 1, 2]);
      }),
    );
  });

  it.each([...new Set(ALL_CODES)])("to %s and back changes no bit", (codes) => {
    const turned = reorient(volume, codes);
    expect(axisCodes(turned.affine)).toBe(codes);
    expect(reorientOnto(turned, volume)).toEqual(volume);
    const labels: LabelMap = { kind: "labels", dims, affine: oblique, data: Int32Array.from(volume.data) };
    expect(reorientOnto(reorient(labels, codes), labels)).toEqual(labels);
  });

  it.each([...new Set(ALL_CODES)])("to %s leaves every voxel where it was in mm", (codes) => {
    const turned = reorient(volume, codes);
    for (let index = 0; index < 60; index += 7) {
      const [ni, nj] = turned.dims;
      const at: Point = [index % ni, Math.floor(index / ni) % nj, Math.floor(index / (ni * nj))];
      const before = turned.data[index];
      const source: Point = [before % 3, Math.floor(before / 3) % 4, Math.floor(before / 12)];
      const [a, b] = [applyAffine(turned.affine, at), applyAffine(oblique, source)];
      expect(Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2])).toBeLessThan(1e-9);
    }
  });

  it("refuses what is no orientation", () => {
    expect(() => reorientGrid(volume, "RLS")).toThrow(RangeError);
    expect(() => reorientGrid(volume, "RA")).toThrow(RangeError);
  });

  it("refuses to go back onto another place", () => {
    const elsewhere = { dims, affine: multiplyAffines(oblique, scalingAffine([1.1, 1, 1])) };
    expect(() => reorientOnto(volume, elsewhere)).toThrow("mm away");
  });
});
