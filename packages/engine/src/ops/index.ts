import * as arithmetic from "../conformance/cases/arithmetic.ts";
import * as convolution from "../conformance/cases/conv.ts";
import * as layout from "../conformance/cases/layout.ts";
import * as normalize from "../conformance/cases/normalize.ts";
import * as pool from "../conformance/cases/pool.ts";
import * as poolOverlapping from "../conformance/cases/pool-overlapping.ts";
import * as reduce from "../conformance/cases/reduce.ts";
import * as sample from "../conformance/cases/sample.ts";
import * as unary from "../conformance/cases/unary.ts";
import type { OpConformance } from "../conformance/op-case.ts";

/**
 * Every op that users call, with the cases that the conformance suite runs on every device and lowering. An op is
 * added by one file in this folder and one line here; the suite complains about an exported op that is not listed.
 */
export const OPS: Readonly<Record<string, OpConformance>> = {
  add: arithmetic.ADD,
  sub: arithmetic.SUB,
  mul: arithmetic.MUL,
  div: arithmetic.DIV,
  maximum: arithmetic.MAXIMUM,
  minimum: arithmetic.MINIMUM,
  greater: arithmetic.GREATER,
  equal: arithmetic.EQUAL,
  oneHot: arithmetic.ONE_HOT,
  channelConstant: arithmetic.CHANNEL_CONSTANT,
  neg: unary.NEG,
  exp: unary.EXP,
  log: unary.LOG,
  sqrt: unary.SQRT,
  abs: unary.ABS,
  sigmoid: unary.SIGMOID,
  tanh: unary.TANH,
  square: unary.SQUARE,
  floor: unary.FLOOR,
  cos: unary.COS,
  relu: unary.RELU,
  leakyRelu: unary.LEAKY_RELU,
  logSoftmax: unary.LOG_SOFTMAX,
  softmax: unary.SOFTMAX,
  reduceSum: reduce.REDUCE_SUM,
  reduceMean: reduce.REDUCE_MEAN,
  reduceMax: reduce.REDUCE_MAX,
  matmul: reduce.MATMUL,
  linearAlongAxis: reduce.LINEAR_ALONG_AXIS,
  reshape: layout.RESHAPE,
  expand: layout.EXPAND,
  transpose: layout.TRANSPOSE,
  slice: layout.SLICE,
  sliceAxis: layout.SLICE_AXIS,
  pad: layout.PAD,
  reverse: layout.REVERSE,
  concat: layout.CONCAT,
  conv: convolution.CONV,
  convUpsampled: convolution.CONV_UPSAMPLED,
  averagePool: pool.AVERAGE_POOL,
  maxPool: pool.MAX_POOL,
  overlappingMaxPool: poolOverlapping.OVERLAPPING_MAX_POOL,
  upsampleNearest: pool.UPSAMPLE_NEAREST,
  upsampleLinear: pool.UPSAMPLE_LINEAR,
  globalAveragePool: pool.GLOBAL_AVERAGE_POOL,
  perChannel: normalize.PER_CHANNEL,
  instanceNorm: normalize.INSTANCE_NORM,
  groupNorm: normalize.GROUP_NORM,
  batchNorm: normalize.BATCH_NORM,
  batchNormTraining: normalize.BATCH_NORM_TRAINING,
  sampleAt: sample.SAMPLE_AT,
  warp: sample.WARP,
  integrateVelocity: sample.INTEGRATE_VELOCITY,
  identityGrid: sample.IDENTITY_GRID,
};
