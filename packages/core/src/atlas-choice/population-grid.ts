import type { PrepareConfig } from "../prepare/config.ts";
import { derivePlan } from "../prepare/derive-plan.ts";
import type { Plan } from "../prepare/plan.ts";
import { type Point, spacingMm } from "../volume/affine.ts";
import { cropOrPadGrid, respaceGrid } from "../volume/grid.ts";
import { reorientGrid } from "../volume/orientation.ts";
import { type Dims, type Grid, voxelCount } from "../volume/volume.ts";

/** Finer grids are coarsened to about this many voxels: similarity needs no more, and time grows with them. */
const MOST_VOXELS = 2 ** 20;

/**
 * The plan of a grid that suits all scans alike: in each direction the median spacing and the median extent in mm, laid
 * around the middle of the first scan. Then margins and multiples as the settings have them.
 */
export function populationPlan(
  first: Grid & { readonly id: string },
  grids: readonly Grid[],
  config: PrepareConfig,
): Plan {
  const oriented = grids.map((grid) => reorientGrid(grid, "RAS"));
  const spacings = oriented.map(({ affine }) => spacingMm(affine));
  const spacing = perAxis((axis) => median(spacings.map((mm) => mm[axis])));
  const dims = perAxis((axis) => {
    const extentsMm = oriented.map((grid, index) => grid.dims[axis] * spacings[index][axis]);
    return Math.round(median(extentsMm) / spacing[axis]);
  });
  const middle = cropOrPadGrid(respaceGrid(reorientGrid(first, "RAS"), spacing), dims);
  const plan = planAt(config.spacingMm === null ? null : perAxis(() => config.spacingMm ?? 1));
  const directions = plan.reference.dims.filter((count) => count > 1).length; // two of a slice
  const excess = (voxelCount(plan.reference.dims) / MOST_VOXELS) ** (1 / directions);
  if (excess <= 1) return plan;
  return planAt(perAxis((axis) => plan.reference.spacingMm[axis] * excess));

  function planAt(wanted: Point | null): Plan {
    const { marginVoxels, multipleOf, normalization } = config;
    return derivePlan(middle, { atlasId: first.id, spacingMm: wanted, marginVoxels, multipleOf, normalization });
  }
}

function perAxis(value: (axis: number) => number): Dims & Point {
  return [value(0), value(1), value(2)];
}

/** The lower one of the two in the middle, so that the result is a value that some scan has. */
function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)];
}
