import { createRandom } from "@voxelsmith/engine";
import { applyAffine, type Point, rotationFromEuler, spacingMm } from "../volume/affine.ts";
import { type Grid, type LabelMap, type Volume, voxelCount } from "../volume/volume.ts";
import type { PhantomDraw } from "./draw-phantom.ts";
import { type SurfaceDistances, surfaceDistances } from "./phantom-shape.ts";

/**
 * A subject's scan and labels on a grid in RAS mm, whatever its orientation. Each tissue fills a voxel by the share
 * that its surface leaves it (partial volume over `BLUR_VOXELS`), then
 * `value = gain * |mixture^gamma * bias + noise|`, the magnitude being what a scanner stores.
 */
export function renderPhantom(draw: PhantomDraw, grid: Grid): { image: Volume; labels: LabelMap } {
  const image = new Float32Array(voxelCount(grid.dims));
  const labels = new Int32Array(image.length);
  const noise = createRandom(draw.noise.seed, "phantom", "noise").normals(image.length);
  const toAnatomy = worldToAnatomy(draw);
  const blurMm = BLUR_VOXELS * Math.max(...spacingMm(grid.affine));
  const distances: SurfaceDistances = { ...NOWHERE };
  const [ni, nj, nk] = grid.dims;
  let at = 0;
  for (let k = 0; k < nk; k++) {
    for (let j = 0; j < nj; j++) {
      for (let i = 0; i < ni; i++, at++) {
        const [x, y, z] = toAnatomy(applyAffine(grid.affine, [i, j, k]));
        surfaceDistances(x, y, z, draw.shape, distances);
        labels[at] = labelAt(distances);
        const signal = signalAt(distances, draw, blurMm) ** draw.gamma;
        const bias = biasAt(draw, (i + 0.5) / ni, (j + 0.5) / nj, (k + 0.5) / nk);
        image[at] = draw.gain * Math.abs(signal * bias + draw.noise.level * noise[at]);
      }
    }
  }
  return { image: { kind: "image", ...grid, data: image }, labels: { kind: "labels", ...grid, data: labels } };
}

/** Width of the ramp from one tissue to the next. */
const BLUR_VOXELS = 1.2;
const AIR = 0.02;
const NOWHERE: SurfaceDistances = { head: 0, skull: 0, pial: 0, white: 0, ventricle: 0, thalamus: 0, putamen: 0 };

/** The pull-back from the world to the anatomy that all subjects share, both in RAS mm. */
function worldToAnatomy({ pose, waves }: PhantomDraw): (world: Point) => Point {
  const [rx, ry, rz] = pose.rotationRadians;
  const r = rotationFromEuler(rx, ry, rz);
  const [tx, ty, tz] = pose.translationMm;
  const [sx, sy, sz] = pose.scale;
  return ([worldX, worldY, worldZ]) => {
    const [dx, dy, dz] = [worldX - tx, worldY - ty, worldZ - tz];
    let x = (r[0] * dx + r[3] * dy + r[6] * dz) / sx;
    let y = (r[1] * dx + r[4] * dy + r[7] * dz) / sy;
    let z = (r[2] * dx + r[5] * dy + r[8] * dz) / sz;
    for (const { amplitudeMm, wave, phase } of waves) {
      const height = Math.sin(wave[0] * worldX + wave[1] * worldY + wave[2] * worldZ + phase);
      x += amplitudeMm[0] * height;
      y += amplitudeMm[1] * height;
      z += amplitudeMm[2] * height;
    }
    return [x, y, z];
  };
}

function labelAt(distances: SurfaceDistances): number {
  if (distances.pial >= 0) return 0;
  if (distances.white >= 0) return 1;
  if (distances.ventricle < 0) return 2;
  if (distances.thalamus < 0) return 3;
  return distances.putamen < 0 ? 4 : 0;
}

/** From the outside in, each tissue covers what it lies in. */
function signalAt(distances: SurfaceDistances, { tissues }: PhantomDraw, blurMm: number): number {
  let signal = AIR;
  const cover = (distance: number, tissue: number): void => {
    const share = Math.min(Math.max(0.5 - distance / blurMm, 0), 1);
    signal += share * (tissue - signal);
  };
  cover(distances.head, tissues.scalp);
  cover(distances.skull, tissues.fluid);
  cover(distances.pial, tissues.cortex);
  // What lies inside of the white matter is clipped to it, as the labels are.
  cover(distances.white, tissues.white);
  cover(Math.max(distances.putamen, distances.white), tissues.putamen);
  cover(Math.max(distances.thalamus, distances.white), tissues.thalamus);
  cover(Math.max(distances.ventricle, distances.white), tissues.ventricle);
  return signal;
}

/** Smooth and positive; the arguments run from 0 to 1 across the grid. */
function biasAt({ bias }: PhantomDraw, u: number, v: number, w: number): number {
  const position = [2 * u - 1, 2 * v - 1, 2 * w - 1];
  let exponent = 0;
  for (let axis = 0; axis < 3; axis++) {
    exponent += bias.linear[axis] * position[axis] + bias.quadratic[axis] * position[axis] ** 2;
  }
  return Math.exp(exponent);
}
