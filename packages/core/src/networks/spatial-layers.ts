import {
  add,
  channelConstant,
  concat,
  conv,
  convUpsampled,
  maxPool,
  mul,
  reduceSum,
  type Shape,
  sizeOf,
  sliceAxis,
  type Tensor,
  upsampleNearest,
} from "@voxelsmith/engine";

/** The layers of a network that look along the spatial axes; x `[N, C, ...]`. */
export interface SpatialLayers {
  conv(x: Tensor, weight: Tensor, bias?: Tensor, stride?: number): Tensor;
  /**
   * Convolution in a U-Net's decoder: of x doubled along every axis but the flat ones, with the skip's channels behind
   * its own. Without a skip it is of x as it stands.
   */
  convWithSkip(x: Tensor, skip: Tensor | undefined, weight: Tensor, bias?: Tensor): Tensor;
  /** Halves every axis but the flat ones. */
  maxPool(x: Tensor): Tensor;
  /** Doubles the flat axes alone. */
  repeatFlat(x: Tensor): Tensor;
  /** A displacement `[N, n, ...]` with exact zeros along the flat axes. */
  stayInPlane(displacement: Tensor): Tensor;
}

/** Voxels of x from which `convUpsampled` is the faster way: a step takes a fifth longer at 64, a quarter less at 288. */
const FEW_VOXELS = 128;

/**
 * Layers for images of these extents, which leave a flat axis, one of one voxel, as it is. A slice counts as a volume
 * that does not change along that axis: the weights of a kernel along it act together, as their sum, and the largest of
 * equal voxels is any of them. So a network has the same parameters for slices as for volumes, starts with the same
 * spread of its features, and learns at the same rates; what a kernel of one voxel would save is a few weights.
 * Which axes are flat is asked of the image, not of each feature: a deep level of a small volume may have one voxel, too.
 */
export function spatialLayers(extents: Shape): SpatialLayers {
  const axesWhere = (wanted: (extent: number) => boolean): readonly number[] =>
    extents.flatMap((extent, axis) => (wanted(extent) ? [axis + 2] : []));
  const flat = axesWhere((extent) => extent === 1);
  const halving = extents.map((extent) => (extent === 1 ? 1 : 2));
  /** `[O, I, ...kernel]`, 1 along flat axes. */
  const alongFlat = (weight: Tensor): Tensor =>
    reduceSum(
      weight,
      flat.filter((axis) => weight.shape[axis] > 1),
    );
  return {
    conv: (x, weight, bias, stride = 1) =>
      conv(x, alongFlat(weight), bias, { stride: extents.map((extent) => (extent === 1 ? 1 : stride)) }),
    convWithSkip(x, skip, weight, bias) {
      const kernels = alongFlat(weight);
      if (skip === undefined) return conv(x, kernels, bias);
      if (sizeOf(x.shape.slice(2)) < FEW_VOXELS) {
        return conv(concat([upsampleNearest(x, halving), skip]), kernels, bias);
      }
      const [inputs, all] = [x.shape[1], kernels.shape[1]];
      const fromSkip = conv(skip, sliceAxis(kernels, 1, inputs, all), bias);
      return add(convUpsampled(x, sliceAxis(kernels, 1, 0, inputs), halving), fromSkip);
    },
    maxPool: (x) => maxPool(x, halving),
    repeatFlat: (x) => {
      if (flat.length === 0) return x;
      return upsampleNearest(
        x,
        halving.map((factor) => 2 / factor),
      );
    },
    stayInPlane: (displacement) => {
      if (flat.length === 0) return displacement;
      const moves = extents.map((extent) => (extent === 1 ? 0 : 1));
      return mul(displacement, channelConstant(moves, displacement.shape.length));
    },
  };
}
