import { describe, expect, it } from "vitest";
import {
  affineFromParts,
  identityAffine,
  multiplyAffines,
  rotationFromEuler,
  scalingAffine,
} from "../volume/affine.ts";
import { reorient } from "../volume/orientation.ts";
import type { Dims, LabelMap } from "../volume/volume.ts";
import { bordersToStraighten, findPlanarBorders, straightenBorders } from "./planar-borders.ts";

const dims: Dims = [8, 12, 7];
const [BODY, HEAD, TAIL] = [4, 2, 9];

/** A bar along j with one voxel of background around it: what `labelAt` says inside. */
function bar(labelAt: (i: number, j: number, k: number) => number): LabelMap {
  const [ni, nj, nk] = dims;
  const data = Int32Array.from({ length: ni * nj * nk }, (_, at) => {
    const [i, j, k] = [at % ni, Math.floor(at / ni) % nj, Math.floor(at / (ni * nj))];
    const isInside = i > 0 && i < ni - 1 && j > 0 && j < nj - 1 && k > 0 && k < nk - 1;
    return isInside ? labelAt(i, j, k) : 0;
  });
  return { kind: "labels", dims, affine: identityAffine(), data };
}

const cutAt = (slice: number): LabelMap => bar((_, j) => (j < slice ? BODY : HEAD));
const border = { towards: "A", labels: [HEAD, BODY] } as const;

describe("findPlanarBorders", () => {
  it("names the structure in front first, however the axes run", () => {
    for (const codes of ["RAS", "LPI", "PSR", "SLA"])
      expect(findPlanarBorders(reorient(cutAt(6), codes))).toEqual([border]);
  });

  it("takes the axes of an oblique grid for those that they are nearest to", () => {
    const turn = affineFromParts(rotationFromEuler(0.3, -0.2, 0.3), [5, 6, 7]);
    const affine = multiplyAffines(turn, scalingAffine([1, 2, 1.5]));
    expect(findPlanarBorders({ ...cutAt(6), affine })).toEqual([border]);
  });

  it("finds each of several, and those along the vertical axis", () => {
    const three = bar((_, j) => (j < 4 ? TAIL : j < 8 ? BODY : HEAD));
    expect(findPlanarBorders(three)).toEqual([{ towards: "A", labels: [BODY, TAIL] }, border]);
    expect(findPlanarBorders(bar((_, __, k) => (k < 3 ? BODY : HEAD)))).toEqual([
      { towards: "S", labels: [HEAD, BODY] },
    ]);
  });

  it("allows a step of one slice, not of two", () => {
    const step = (by: number): LabelMap => bar((i, j) => (j < (i > 1 ? 6 : 6 + by) ? BODY : HEAD));
    expect(findPlanarBorders(step(1))).toEqual([border]);
    expect(findPlanarBorders(step(2))).toEqual([]);
  });

  it("takes no small contact for one, however flat", () => {
    expect(findPlanarBorders(bar((i, j, k) => (i > 3 || k > 3 ? 0 : j < 6 ? BODY : HEAD)))).toEqual([]);
  });

  it("takes no slanted border, no midline and no contact of corners for one", () => {
    expect(findPlanarBorders(bar((i, j) => (i + j < 9 ? BODY : HEAD)))).toEqual([]);
    expect(findPlanarBorders(bar((i) => (i < 4 ? BODY : HEAD)))).toEqual([]);
    expect(findPlanarBorders(bar((i, j) => (j < 6 ? (i < 3 ? BODY : 0) : HEAD)))).toEqual([]);
  });
});

describe("straightenBorders", () => {
  const ragged = bar((i, j, k) => (j < 6 + ((i + k) % 3) - 1 ? BODY : HEAD));

  it("cuts where the most voxels keep their label, and changes no outline", () => {
    expect(straightenBorders(ragged, [border]).data).toEqual(cutAt(6).data);
    expect(straightenBorders(cutAt(4), [border])).toEqual(cutAt(4));
  });

  it("cuts alike in a grid whose axes run otherwise", () => {
    for (const codes of ["LPI", "PSR"]) {
      const turned = straightenBorders(reorient(ragged, codes), [border]);
      expect(reorient(turned, "RAS").data).toEqual(cutAt(6).data);
    }
  });

  it("leaves other structures alone, and a map that shows one of the two or neither", () => {
    const withTail = bar((_, j) => (j < 3 ? TAIL : j < 7 ? BODY : HEAD));
    expect(straightenBorders(withTail, [border])).toEqual(withTail);
    for (const label of [BODY, HEAD, TAIL]) {
      const alone = bar(() => label);
      expect(straightenBorders(alone, [border])).toEqual(alone);
    }
  });

  it("never costs a structure", () => {
    const reversed = bar((_, j) => (j < 3 ? HEAD : BODY));
    expect(straightenBorders(reversed, [border])).toEqual(reversed);
  });
});

describe("bordersToStraighten", () => {
  const atlasOf = ({ data }: LabelMap, id: string) => ({
    id,
    image: new Float32Array(data.length),
    classes: Float32Array.from(data, (label) => [0, HEAD, BODY, TAIL].indexOf(label)),
  });
  const reference = { dims, affine: identityAffine(), spacingMm: [1, 1, 1] as const };
  const plan = { version: 1, reference, normalization: { kind: "min-max" }, padding: 0, cases: {} } as const;
  const prepared = (...maps: LabelMap[]) => ({
    plan,
    labels: [HEAD, BODY, TAIL],
    atlases: maps.map((map, index) => atlasOf(map, `${index}`)),
  });

  it("are none unless the settings ask for them", () => {
    expect(bordersToStraighten({ planarBorders: false }, prepared(cutAt(6)))).toEqual([]);
    expect(bordersToStraighten({ planarBorders: true }, prepared(cutAt(6)))).toEqual([border]);
  });

  it("are those that every atlas shows", () => {
    expect(bordersToStraighten({ planarBorders: true }, prepared(cutAt(6), cutAt(5)))).toEqual([border]);
    const slanted = bar((i, j) => (i + j < 9 ? BODY : HEAD));
    expect(bordersToStraighten({ planarBorders: true }, prepared(cutAt(6), slanted))).toEqual([]);
  });
});
