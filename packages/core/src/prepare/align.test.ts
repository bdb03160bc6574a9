import { createRandom } from "@voxelsmith/engine";
import { expect, test } from "vitest";
import { drawPhantom, phantomGrid } from "../phantom/draw-phantom.ts";
import { renderPhantom } from "../phantom/render-phantom.ts";
import {
  type Affine,
  applyAffine,
  invertAffine,
  multiplyAffines,
  type Point,
  translationAffine,
} from "../volume/affine.ts";
import { windowOfGrid } from "../volume/grid.ts";
import { resampleImage } from "../volume/resample.ts";
import { createScanAligner, placeScan } from "./align-scan.ts";
import { PREPARE_PRESETS } from "./config.ts";
import { derivePlan } from "./derive-plan.ts";

/** Rotation, scaling and shear about a point. */
function about([x, y, z]: Point, linear: readonly number[], shift: Point): Affine {
  const [a, b, c, d, e, f, g, h, i] = linear;
  const matrix: Affine = [a, b, c, shift[0], d, e, f, shift[1], g, h, i, shift[2], 0, 0, 0, 1];
  return multiplyAffines(translationAffine([x, y, z]), matrix, translationAffine([-x, -y, -z]));
}

test("finds a known rotation, scaling, shear and shift to about half a voxel over the head", async () => {
  const draw = drawPhantom(createRandom(4, "align"));
  const grid = phantomGrid(draw);
  const { image: atlas } = renderPhantom(draw, grid);
  const plan = derivePlan(atlas, { atlasId: "atlas" });
  const center = applyAffine(grid.affine, grid.dims.map((extent) => (extent - 1) / 2) as unknown as Point);
  const truth = about(center, [1.08, 0.1, 0, -0.09, 0.95, 0.05, 0.04, 0, 1.04], [3, -2, 1.5]); // atlas mm to scan mm
  // The scan is the atlas seen through the inverse: scan(truth(x)) = atlas(x).
  const inverse = invertAffine(truth);
  const scan = resampleImage(atlas, grid, { targetToSource: inverse, outside: { kind: "edge" } });
  const options = { device: "cpu", threads: 2 } as const;
  const aligner = await createScanAligner(plan, placeScan(atlas, plan, "atlas"), PREPARE_PRESETS.fast, options);
  const found = await aligner.align(scan, "scan");
  await aligner.dispose();
  const errors: number[] = [];
  for (const x of [-15, 0, 15]) {
    for (const y of [-20, 0, 20]) {
      for (const z of [-15, 0, 15]) {
        const point: Point = [center[0] + x, center[1] + y, center[2] + z];
        const [p, q] = [applyAffine(truth, point), applyAffine(found, point)];
        errors.push(Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]));
      }
    }
  }
  expect(Math.max(...errors)).toBeLessThan(1.5); // mm, a voxel
  expect(errors.reduce((sum, error) => sum + error, 0) / errors.length).toBeLessThan(0.75);
});

test("slices: finds a known map in the plane, in another plane of the scanner, and nothing across it", async () => {
  const draw = drawPhantom(createRandom(4, "align"));
  const whole = phantomGrid(draw);
  const [ni, nj, nk] = whole.dims;
  const grid = windowOfGrid(whole, [0, 0, Math.floor(nk / 2)], [ni, nj, 1]);
  const { image: atlas } = renderPhantom(draw, grid);
  const plan = derivePlan(atlas, { atlasId: "atlas" });
  const center = applyAffine(grid.affine, [(ni - 1) / 2, (nj - 1) / 2, 0]);
  const inPlane = about(center, [1.08, 0.1, 0, -0.09, 0.95, 0, 0, 0, 1], [3, -2, 0]);
  const moved = resampleImage(atlas, grid, { targetToSource: invertAffine(inPlane), outside: { kind: "edge" } });
  // The same voxels, lying tilted and elsewhere.
  const tilt = about(center, [1, 0, 0, 0, 0.8, -0.6, 0, 0.6, 0.8], [40, -10, 25]);
  const scan = { ...moved, affine: multiplyAffines(tilt, moved.affine) };
  const options = { device: "cpu", threads: 1 } as const;
  const aligner = await createScanAligner(plan, placeScan(atlas, plan, "atlas"), PREPARE_PRESETS.fast, options);
  const found = await aligner.align(scan, "scan");
  await expect(aligner.align({ ...scan, dims: [ni, nj / 2, 2] }, "volume")).rejects.toThrow("a single slice");
  await aligner.dispose();
  const truth = multiplyAffines(tilt, inPlane);
  for (const x of [-15, 0, 15]) {
    for (const y of [-20, 0, 20]) {
      const point: Point = [center[0] + x, center[1] + y, center[2]];
      const [p, q] = [applyAffine(truth, point), applyAffine(found, point)];
      expect(Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2])).toBeLessThan(1.5);
      const [, , k] = applyAffine(invertAffine(scan.affine), q);
      expect(Math.abs(k)).toBeLessThan(1e-6); // voxels: still in the slice
    }
  }
});

test("with alignment switched off, centers lie on each other", async () => {
  const draw = drawPhantom(createRandom(5, "align"));
  const { image } = renderPhantom(draw, phantomGrid(draw));
  const moved = { ...image, affine: multiplyAffines(translationAffine([40, -30, 20]), image.affine) };
  const plan = derivePlan(image, { atlasId: "atlas" });
  const config = { ...PREPARE_PRESETS.fast, alignment: "center" as const };
  const aligner = await createScanAligner(plan, placeScan(image, plan, "atlas"), config, { device: "cpu", threads: 1 });
  const found = await aligner.align(moved, "moved");
  const point = applyAffine(found, applyAffine(image.affine, [3, 4, 5]));
  const truth = applyAffine(moved.affine, [3, 4, 5]);
  point.forEach((value, axis) => void expect(Math.abs(value - truth[axis])).toBeLessThan(0.76)); // padding may be odd
});
