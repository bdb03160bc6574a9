import { createRandom } from "@voxelsmith/engine";
import { describe, expect, it } from "vitest";
import { affineDeterminant, affineFromParts } from "../volume/affine.ts";
import { drawPhantom, type PhantomDraw } from "./draw-phantom.ts";

const draws = Array.from({ length: 50 }, (_, index) => drawPhantom(createRandom(1, "draw test", index)));

/** Jacobian determinant of `x + sum of amplitude * sin(wave . x + phase)`. */
function determinantAt({ waves }: PhantomDraw, point: readonly number[]): number {
  const jacobian = [1, 0, 0, 0, 1, 0, 0, 0, 1];
  for (const { amplitudeMm, wave, phase } of waves) {
    const slope = Math.cos(phase + wave[0] * point[0] + wave[1] * point[1] + wave[2] * point[2]);
    for (let entry = 0; entry < 9; entry++) {
      jacobian[entry] += amplitudeMm[Math.floor(entry / 3)] * wave[entry % 3] * slope;
    }
  }
  return affineDeterminant(affineFromParts(jacobian, [0, 0, 0]));
}

describe("drawPhantom", () => {
  it("is plain JSON, equal for equal streams", () => {
    expect(JSON.parse(JSON.stringify(draws[7]))).toEqual(draws[7]);
    expect(drawPhantom(createRandom(1, "draw test", 7))).toEqual(draws[7]);
  });

  it("displaces without folding, so that a registration can follow", () => {
    for (const draw of draws) {
      for (let x = -24; x <= 24; x += 6) {
        for (let y = -30; y <= 30; y += 6) {
          for (let z = -24; z <= 24; z += 6) expect(determinantAt(draw, [x, y, z])).toBeGreaterThan(0.2);
        }
      }
    }
  });
});
