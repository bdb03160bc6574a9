import { ShapeError } from "../errors.ts";
import { formatShape, type Shape, sizeOf } from "../shape.ts";
import { apply, constant, type Op, type Tensor } from "../tensor.ts";
import { add, mul, sub } from "./arithmetic.ts";
import { reduceSum } from "./reduce.ts";
import { emitGather, emitGridSample, emitSplat } from "./sample-lowerings.ts";
import { concat, pad, sliceAxis } from "./slice.ts";
import { floor } from "./unary.ts";

export type Interpolation = "linear" | "nearest";

function checkSample(op: string, image: Shape, coordinates: Shape): void {
  const n = image.length - 2;
  if (
    (n !== 2 && n !== 3) ||
    coordinates.length !== image.length ||
    coordinates[1] !== n ||
    coordinates[0] !== image[0]
  ) {
    const shapes = `${formatShape(image)} and ${formatShape(coordinates)}`;
    throw new ShapeError(op, "image [N, C, ...] and coordinates [N, 2 or 3, ...], one for each axis", shapes);
  }
}

export const sampleAtOp: Op = {
  name: "sampleAt",
  infer: ([image, coordinates]) => {
    checkSample("sampleAt", image.shape, coordinates.shape);
    return [image.shape[0], image.shape[1], ...coordinates.shape.slice(2)];
  },
  // GridSample is the fast way on the CPU; in 3-D it is missing on WebGPU, where eight gathers do the same.
  emit: (emitter, [image, coordinates], { inputs, attributes }) => {
    const emit = emitter.lowerings.sample === "gather" ? emitGather : emitGridSample;
    return emit(emitter, image, coordinates, inputs[0].shape, inputs[1].shape, attributes.mode as Interpolation);
  },
  gradient: ({ inputs: [image, coordinates], attributes }, g, wanted) => {
    const linear = attributes.mode === "linear";
    if (!linear && wanted[1]) throw new ShapeError("sampleAt gradient", "linear interpolation", "nearest");
    return [
      wanted[0] ? apply(splatOp, [g, coordinates], { shape: image.shape, mode: attributes.mode }) : undefined,
      wanted[1] ? coordinateGradient(image, coordinates, g) : undefined,
    ];
  },
};

/** The transpose of `sampleAt` in the image: every value is added to the voxels that it was taken from. */
export const splatOp: Op = {
  name: "splat",
  infer: (_inputs, { shape }) => shape as Shape,
  emit: (emitter, [values, coordinates], { inputs, attributes, shape }) =>
    emitSplat(emitter, values, coordinates, shape, inputs[1].shape, attributes.mode as Interpolation),
};

/**
 * Along axis a the interpolated image has the slope of its cell: the forward difference, constant along a inside a
 * cell and linear in the other axes. So: difference the image along a, sample it with coordinate a floored. A zero
 * slab before and behind gives slope 0 beyond the edges, where the coordinate is clamped. Exact inside a cell.
 */
function coordinateGradient(image: Tensor, coordinates: Tensor, g: Tensor): Tensor {
  const extents = image.shape.slice(2);
  const slopes = extents.map((extent, a) => {
    const axis = a + 2;
    if (extent === 1) return mul(sliceAxis(coordinates, 1, a, a + 1), 0); // constant along this axis
    const difference = sub(sliceAxis(image, axis, 1, extent), sliceAxis(image, axis, 0, extent - 1));
    const one = image.shape.map((_, at) => (at === axis ? 1 : 0));
    const slabs = pad(difference, one, one); // index j: slope from j - 1 to j
    const cell = concat(
      extents.map((_, b) => {
        const coordinate = sliceAxis(coordinates, 1, b, b + 1);
        return b === a ? add(floor(coordinate), 1) : coordinate;
      }),
    );
    const slope = sampleAt(slabs, cell); // [N, C, ...]
    return reduceSum(mul(slope, g), [1]); // [N, 1, ...]
  });
  return concat(slopes); // [N, n, ...]
}

/**
 * out[n, c, p] = image[n, c, coordinates[n, :, p]], coordinates in voxels (channels in D, H, W order), linear or
 * nearest, clamped to the edge. image `[N, C, ...]`, coordinates `[N, 2 or 3, ...output]`.
 */
export function sampleAt(image: Tensor, coordinates: Tensor, mode: Interpolation = "linear"): Tensor {
  return apply(sampleAtOp, [image, coordinates], { mode });
}

/** The index of every voxel, `[1, n, ...]`, channels in D, H, W order. */
export function identityGrid(extents: Shape): Tensor {
  const total = sizeOf(extents);
  const values = new Float32Array(extents.length * total);
  extents.forEach((extent, axis) => {
    const stride = sizeOf(extents.slice(axis + 1));
    for (let p = 0; p < total; p++) values[axis * total + p] = Math.floor(p / stride) % extent;
  });
  return constant(values, [1, extents.length, ...extents]);
}

/** warped(x) = image(x + u(x)): pull-back by a displacement u `[N, n, ...]` in voxels, channels in D, H, W order. */
export function warp(image: Tensor, displacement: Tensor, mode: Interpolation = "linear"): Tensor {
  checkSample("warp", image.shape, displacement.shape);
  if (String(image.shape.slice(2)) !== String(displacement.shape.slice(2))) {
    const shapes = `${formatShape(image.shape)} and ${formatShape(displacement.shape)}`;
    throw new ShapeError("warp", "image and displacement on one grid", shapes);
  }
  return sampleAt(image, add(displacement, identityGrid(displacement.shape.slice(2))), mode);
}

/**
 * Displacement of the flow of a stationary velocity field by scaling and squaring (Arsigny 2006):
 * u = v / 2^steps, then `steps` times u(x) <- u(x) + u(x + u(x)).
 */
export function integrateVelocity(velocity: Tensor, steps = 7): Tensor {
  checkSample("integrateVelocity", velocity.shape, velocity.shape);
  let displacement = mul(velocity, 2 ** -steps);
  for (let step = 0; step < steps; step++) displacement = add(displacement, warp(displacement, displacement));
  return displacement;
}
