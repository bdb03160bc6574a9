import { identityAffine, type Point, spacingMm } from "../volume/affine.ts";
import { assertVolumeOrSlice, flatAxis } from "../volume/flat-axis.ts";
import { cropOrPadGrid, respaceGrid } from "../volume/grid.ts";
import { axisCodes, reorientGrid } from "../volume/orientation.ts";
import type { Dims, Grid } from "../volume/volume.ts";
import type { PrepareConfig } from "./config.ts";
import type { Normalization, Padding, Plan } from "./plan.ts";

export interface DerivePlanOptions {
  /** The atlas's id; its alignment is the identity. */
  readonly atlasId: string;
  /** Voxel size of the prepared grid; null keeps the atlas's own. */
  readonly spacingMm: Point | null;
  /** Voxels around the atlas on every side, at least. */
  readonly marginVoxels: number;
  /** Extents are rounded up to multiples of this, as the networks need. */
  readonly multipleOf: number;
  readonly normalization: Normalization;
  readonly padding: Padding;
}

export const DERIVE_PLAN_DEFAULTS: Omit<DerivePlanOptions, "atlasId"> = {
  spacingMm: null,
  marginVoxels: 4,
  multipleOf: 16,
  normalization: { kind: "percentile", low: 1, high: 99 },
  padding: 0,
};

/**
 * The plan that follows from the atlas's grid: reoriented to RAS, at the target spacing, padded to
 * `dims = multipleOf * ceil((dims + 2 margin) / multipleOf)` with the atlas in the middle. Where the spacing stays, the
 * atlas's own voxels are kept, oblique axes included, so that the atlas itself is never interpolated. The axis across a
 * slice comes last and keeps its one voxel as it is.
 */
export function derivePlan(
  atlas: Grid,
  options: Partial<DerivePlanOptions> & Pick<DerivePlanOptions, "atlasId">,
): Plan {
  const { atlasId, marginVoxels, multipleOf, normalization, padding, ...rest } = {
    ...DERIVE_PLAN_DEFAULTS,
    ...options,
  };
  assertVolumeOrSlice(atlas, `Atlas ${atlasId}`);
  const oriented = reorientGrid(atlas, preparedAxes(atlas));
  const flat = flatAxis(oriented.dims);
  const perAxis = (value: (axis: number) => number): Point & Dims => [value(0), value(1), value(2)];
  const own = spacingMm(oriented.affine);
  const wanted = rest.spacingMm ?? own;
  const spaced =
    rest.spacingMm === null
      ? oriented
      : respaceGrid(
          oriented,
          perAxis((axis) => (axis === flat ? own[axis] : wanted[axis])),
        );
  const dims = perAxis((axis) =>
    axis === flat ? 1 : multipleOf * Math.ceil((spaced.dims[axis] + 2 * marginVoxels) / multipleOf),
  );
  const grid = cropOrPadGrid(spaced, dims);
  return {
    version: 1,
    reference: { dims: grid.dims, spacingMm: spacingMm(grid.affine), affine: grid.affine },
    normalization,
    padding,
    cases: { [atlasId]: { alignment: identityAffine() } },
  };
}

/** RAS; for a slice the two axes of its plane in that order, then the one across it. */
function preparedAxes({ dims, affine }: Grid): string {
  const flat = flatAxis(dims);
  if (flat === undefined) return "RAS";
  const across = ["RL", "AP", "SI"].findIndex((letters) => letters.includes(axisCodes(affine)[flat]));
  return [..."RAS"].filter((_, axis) => axis !== across).join("") + "RAS"[across];
}

/** The plan that follows from an atlas and the settings of a run. */
export function planOf(config: PrepareConfig, atlasId: string, atlas: Grid): Plan {
  const { spacingMm: mm, marginVoxels, multipleOf, normalization } = config;
  return derivePlan(atlas, {
    atlasId,
    spacingMm: mm === null ? null : [mm, mm, mm],
    marginVoxels,
    multipleOf,
    normalization,
  });
}
