/** @voxelsmith/engine: differentiable static ONNX graphs, executed by ONNX Runtime. */
export * from "./errors.ts";
export { gradients } from "./gradients.ts";
export type { ParameterRates } from "./nn/parameter-groups.ts";
export * from "./nn/parameters.ts";
export { LOWERINGS, type Lowerings } from "./onnx/lowerings.ts";
export { emitModel, encodeModel, type OnnxModel, printModel } from "./onnx/model.ts";
export { leakyRelu, logSoftmax, relu, softmax } from "./ops/activation.ts";
export { add, div, mul, sub } from "./ops/arithmetic.ts";
export { channelConstant, equal, greater, maximum, minimum, oneHot } from "./ops/compare.ts";
export { type ConvOptions, conv } from "./ops/conv.ts";
export { convUpsampled } from "./ops/conv-upsampled.ts";
export { linearAlongAxis, type Matrix, matmul, transposeMatrix } from "./ops/matmul.ts";
export * from "./ops/normalize.ts";
export { averagePool, globalAveragePool, maxPool, upsampleLinear, upsampleNearest } from "./ops/pool.ts";
export { overlappingMaxPool, type PoolOptions } from "./ops/pool-overlapping.ts";
export { reduceMax, reduceMean, reduceSum } from "./ops/reduce.ts";
export { expand, reshape, transpose } from "./ops/reshape.ts";
export { type Interpolation, identityGrid, integrateVelocity, sampleAt, warp } from "./ops/sample.ts";
export { concat, pad, reverse, slice, sliceAxis } from "./ops/slice.ts";
export { abs, cos, exp, floor, log, neg, sigmoid, sqrt, square, tanh } from "./ops/unary.ts";
export * from "./optim/optimizer.ts";
export * from "./optim/schedule.ts";
export { createRandom, type Random } from "./random.ts";
export { availableDevices, type DeviceReport } from "./runtime/devices.ts";
export { type CompileOptions, compile, type Device, loadModel, type Session } from "./runtime/session.ts";
export { useWasmAssets } from "./runtime/wasm-assets.ts";
export {
  decodeSafetensors,
  encodeSafetensors,
  type NamedArray,
  type Safetensors,
  SafetensorsError,
} from "./safetensors.ts";
export { formatShape, type Shape, sameShape, sizeOf } from "./shape.ts";
export { constant, input, scalar, type Tensor } from "./tensor.ts";
export * from "./training-step.ts";
