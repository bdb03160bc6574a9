import { describe, expect, it } from "vitest";
import { InputError } from "../errors.ts";
import { identityAffine } from "../volume/affine.ts";
import type { Volume } from "../volume/volume.ts";
import { normalize } from "./normalize.ts";

function imageOf(values: readonly number[]): Volume {
  return { kind: "image", dims: [values.length, 1, 1], affine: identityAffine(), data: Float32Array.from(values) };
}
const ramp = Array.from({ length: 101 }, (_, index) => index);

describe("normalize", () => {
  it("maps percentiles to 0 and 1 and clips", () => {
    const { data } = normalize(imageOf(ramp), { kind: "percentile", low: 10, high: 90 }, "ramp");
    expect([data[0], data[10], data[50], data[90], data[100]]).toEqual([0, 0, 0.5, 1, 1]);
  });

  it("takes percentiles between voxels as numpy does", () => {
    // numpy.percentile([1, 2, 4, 8], [20, 60]) = [1.6, 3.6]
    const { data } = normalize(imageOf([8, 1, 4, 2]), { kind: "percentile", low: 20, high: 60 }, "four");
    expect(data[3]).toBeCloseTo((2 - 1.6) / 2, 6);
  });

  it("is the same whatever the scale and offset of the scanner", () => {
    const one = normalize(imageOf(ramp), { kind: "percentile", low: 1, high: 99 }, "ramp").data;
    const other = normalize(
      imageOf(ramp.map((v) => 17_000 * v - 3000)),
      { kind: "percentile", low: 1, high: 99 },
      "ramp",
    ).data;
    one.forEach((value, index) => {
      expect(other[index]).toBeCloseTo(value, 5);
    });
  });

  it("takes the extremes of a small object on black", () => {
    const sparse = imageOf([...new Array<number>(999).fill(0), 5]);
    expect(normalize(sparse, { kind: "percentile", low: 1, high: 99 }, "sparse").data[999]).toBe(1);
  });

  it("min-max and z-score", () => {
    expect([...normalize(imageOf([2, 4, 6]), { kind: "min-max" }, "x").data]).toEqual([0, 0.5, 1]);
    const { data } = normalize(imageOf([2, 4, 6]), { kind: "z-score" }, "x");
    expect(data[0]).toBeCloseTo(-Math.sqrt(1.5), 6);
    expect(data[1]).toBe(0);
  });

  it("samples large images", () => {
    const large = imageOf([]);
    const data = Float32Array.from({ length: 3_000_000 }, (_, index) => (index * 7919) % 1000);
    const result = normalize({ ...large, data }, { kind: "percentile", low: 10, high: 90 }, "large").data;
    expect(result[data.indexOf(500)]).toBeCloseTo(0.5, 2);
  });

  it.each(["percentile", "min-max", "z-score"] as const)("%s refuses a single value", (kind) => {
    const normalization = kind === "percentile" ? { kind, low: 1, high: 99 } : { kind };
    expect(() => normalize(imageOf([7, 7, 7]), normalization, "Case c")).toThrow(InputError);
    expect(() => normalize(imageOf([]), normalization, "Case c")).toThrow("no voxels");
  });
});
