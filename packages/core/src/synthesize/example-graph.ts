import {
  add,
  constant,
  exp,
  identityGrid,
  input,
  linearAlongAxis,
  log,
  type Matrix,
  matmul,
  maximum,
  minimum,
  mul,
  reshape,
  type Shape,
  sampleAt,
  sizeOf,
  sub,
  type Tensor,
} from "@voxelsmith/engine";
import { BIAS_KNOTS } from "./draw.ts";
import { meanExtent, splineDisplacement, splineKnots } from "./spline-displacement.ts";

/** Changes that cost time in the graph and are left out where no example has them. */
export interface GraphChanges {
  /** Random displacements, smooth over this share of the grid's mean extent. */
  readonly displacementSmoothness?: number;
  readonly blur: boolean;
}

/**
 * One example: example(x) = tau(atlas + psi)(y + u(y)), y = A x + r(x): the appearance change first, in the atlas frame,
 * then the learned field u behind the random changes of place A and r, in ONE interpolation, then the global intensity
 * changes tau. The labels take the same coordinates, nearest, and nothing else: no intensity ever changes a label.
 * Of a slice every place across it is the slice itself, so that A and r act in its plane alone.
 */
export function exampleGraph(extents: Shape, fieldExtents: Shape, changes: GraphChanges): Record<string, Tensor> {
  const full: Shape = [1, 1, ...extents];
  const field = input("field", [1, 3, ...fieldExtents]);
  const places = movedPlaces(extents, changes.displacementSmoothness); // [3, K]
  const coordinates = warpedCoordinates(field, places, extents); // [1, 3, D, H, W]
  const changed = add(input("atlas", full), input("psi", full)); // [1, 1, D, H, W]
  const sampled = sampleAt(changed, coordinates);
  const warped = changes.blur ? blurred(sampled, input("blur", [1])) : sampled;
  const contrast = exp(mul(input("gamma", [1]), log(add(maximum(warped, 0), 1e-4))));
  const bias = smoothField(input("bias", [1, 1, BIAS_KNOTS, BIAS_KNOTS, BIAS_KNOTS]), extents);
  const gained = add(mul(mul(contrast, bias), input("scale", [1])), input("shift", [1]));
  const noisy = add(gained, mul(input("noise", full), input("deviation", [1])));
  const image = maximum(minimum(noisy, input("ceiling", [1])), input("floor", [1]));
  return { image, labels: sampleAt(input("classes", full), coordinates, "nearest") };
}

/** y = A (x - c) + c + r(x), voxels. */
function movedPlaces(extents: Shape, smoothness: number | undefined): Tensor {
  const center = column(extents.map((extent) => (extent - 1) / 2));
  const offsets = sub(reshape(identityGrid(extents), [3, sizeOf(extents)]), center); // [3, K]
  const turned = add(matmul(input("affine", [3, 3]), offsets), center); // [3, K]
  if (smoothness === undefined) return turned;
  const knots = input("knots", [1, 3, ...splineKnots(extents, smoothness)]);
  const random = reshape(splineDisplacement(knots, extents, smoothness), [3, sizeOf(extents)]); // rms 1
  return add(turned, mul(random, mul(input("rms", [1]), meanExtent(extents))));
}

/**
 * y + u(y); u is read from its own grid, half-pixel centers, values scaled to full voxels. A voxel of the field is one of
 * the image or, at half resolution, two; of odd extents the last one reaches beyond the image.
 */
function warpedCoordinates(field: Tensor, places: Tensor, extents: Shape): Tensor {
  const ratio = extents.map((extent, a) => Math.round(extent / field.shape[a + 2]));
  const onField = sub(mul(add(places, 0.5), column(ratio.map((r) => 1 / r))), 0.5);
  const displacement = sampleAt(field, reshape(onField, [1, 3, ...extents])); // [1, 3, D, H, W]
  const scaled = mul(reshape(displacement, [3, sizeOf(extents)]), column(ratio));
  return reshape(add(places, scaled), [1, 3, ...extents]);
}

function column(values: readonly number[]): Tensor {
  return constant(values, [3, 1]);
}

/** (1 - b) image + b (image smoothed by a Gaussian of one voxel): a smoothing kernel for every b from 0 to 1. */
function blurred(image: Tensor, share: Tensor): Tensor {
  const [, , ...extents] = image.shape;
  const smooth = extents.reduce((field, extent, a) => linearAlongAxis(field, gaussianMatrix(extent), a + 2), image);
  return add(image, mul(sub(smooth, image), share));
}

/** Gaussian weights of standard deviation 1 within 3 voxels, those within the grid scaled to sum 1. */
function gaussianMatrix(extent: number): Matrix {
  const values = new Float32Array(extent * extent);
  for (let row = 0; row < extent; row++) {
    const [first, last] = [Math.max(0, row - 3), Math.min(extent - 1, row + 3)];
    let sum = 0;
    for (let at = first; at <= last; at++) sum += Math.exp(-((at - row) ** 2) / 2);
    for (let at = first; at <= last; at++) values[row * extent + at] = Math.exp(-((at - row) ** 2) / 2) / sum;
  }
  return { rows: extent, columns: extent, values };
}

/** Linear interpolation of a few knots, the first and last on the grid's edges. */
function smoothField(knots: Tensor, extents: Shape): Tensor {
  return extents.reduce((field, extent, a) => linearAlongAxis(field, knotMatrix(extent), a + 2), knots);
}

function knotMatrix(extent: number): Matrix {
  const values = new Float32Array(extent * BIAS_KNOTS);
  for (let row = 0; row < extent; row++) {
    const position = extent === 1 ? 0 : (row * (BIAS_KNOTS - 1)) / (extent - 1);
    const below = Math.min(Math.floor(position), BIAS_KNOTS - 2);
    values[row * BIAS_KNOTS + below] = 1 - (position - below);
    values[row * BIAS_KNOTS + below + 1] = position - below;
  }
  return { rows: extent, columns: BIAS_KNOTS, values };
}
