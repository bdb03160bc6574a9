import {
  adam,
  type CompileOptions,
  compile,
  compileTrainer,
  createRandom,
  initializeWeights,
  input,
  type NamedArray,
  type ParameterSpecs,
  type Parameters,
  type Tensor,
  type Weights,
} from "@voxelsmith/engine";
import { crossEntropyLoss } from "../packages/core/src/losses/cross-entropy.ts";
import {
  type SegmentationBranchConfig,
  segmentationBranch,
  segmentationBranchParameters,
} from "../packages/core/src/networks/med3d-heads-branch.ts";
import { resnet, resnetParameters } from "../packages/core/src/networks/resnet.ts";
import {
  med3dResnet,
  type ResnetConfig,
  resnetChannels,
  resnetStride,
} from "../packages/core/src/networks/resnet-config.ts";
import { inferenceNorm, runningStatistics, trainingNorm } from "../packages/core/src/networks/resnet-norm.ts";
import type { ResnetCase } from "./resnet-cases.ts";
import { LEARNING_RATE, type Stepper } from "./worker.ts";

const CLASSES = 3;

/** Weights and inputs, the same on both sides, and the networks that they are for. */
export interface ResnetCaseData {
  readonly config: ResnetConfig;
  readonly branch: SegmentationBranchConfig;
  readonly parameters: ParameterSpecs;
  /** What the peer's script reads. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly weights: Weights;
  readonly inputs: { readonly image: NamedArray; readonly oneHot?: NamedArray };
}

/** Random data: the time of a step does not depend on it. */
export function resnetCaseData({ depth, extent, mode }: ResnetCase): ResnetCaseData {
  const config = med3dResnet(depth);
  const branch = { domain: "bench", inputs: resnetChannels(config), classes: CLASSES };
  const parameters: ParameterSpecs = { ...resnetParameters(config), ...segmentationBranchParameters(branch) };
  const image = createRandom(3, "scan").normals(extent ** 3);
  const oneHot = new Float32Array(CLASSES * extent ** 3);
  image.forEach((value, at) => {
    oneHot[(value < -0.5 ? 0 : value < 0.5 ? 1 : 2) * extent ** 3 + at] = 1;
  });
  const cube = [extent, extent, extent];
  const labels = mode === "train" ? { oneHot: { shape: [1, CLASSES, ...cube], data: oneHot } } : {};
  return {
    config,
    branch,
    parameters,
    settings: { depth, shortcut: config.shortcut, classes: CLASSES, mode },
    weights: initializeWeights(parameters, 5),
    inputs: { image: { shape: [1, 1, ...cube], data: image }, ...labels },
  };
}

export async function compileResnetCase(one: ResnetCase, options: CompileOptions): Promise<Stepper> {
  const { config, branch, parameters, weights, inputs } = resnetCaseData(one);
  const statistics = runningStatistics(parameters);
  const grid = { extents: inputs.image.shape.slice(2), stride: resnetStride(config) };
  const feeds = Object.fromEntries(Object.entries(inputs).map(([name, { data }]) => [name, data]));
  const shapes = Object.fromEntries(Object.entries(inputs).map(([name, { shape }]) => [name, shape]));
  const logitsOf = (own: Parameters, normalize: ReturnType<typeof inferenceNorm>, image: Tensor): Tensor =>
    segmentationBranch(branch, own, resnet(config, own, normalize, image), grid);
  if (one.mode === "predict") {
    const all: Weights = { ...weights, ...initializeWeights(statistics, 5) };
    const own = Object.fromEntries(Object.entries(all).map(([name, { shape }]) => [name, input(name, shape)]));
    const logits = logitsOf(own, inferenceNorm(own), input("image", shapes.image));
    const fixed = Object.fromEntries(Object.entries(all).map(([name, { data }]) => [name, data]));
    const session = await compile({ logits }, { ...options, fixed });
    return { step: async () => meanSquare((await session.run(feeds)).logits), dispose: () => session.dispose() };
  }
  const trainer = await compileTrainer(
    {
      inputs: shapes,
      parameters,
      statistics,
      loss({ image, oneHot }, own) {
        const { normalize, statistics: moved } = trainingNorm(own);
        return { loss: crossEntropyLoss(logitsOf(own, normalize, image), oneHot), statistics: moved };
      },
      optimizer: adam({ learningRate: LEARNING_RATE }),
    },
    { ...options, seed: 1, weights },
  );
  return { step: async () => (await trainer.run(feeds)).loss, dispose: () => trainer.dispose() };
}

/** In float64: ONNX Runtime's own mean over 2.7 million squares is 1.2e-4 off, because it sums them in float32. */
function meanSquare(values: Float32Array): number {
  let sum = 0;
  for (const value of values) sum += value * value;
  return sum / values.length;
}
