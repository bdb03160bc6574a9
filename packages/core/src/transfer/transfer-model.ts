import {
  type CompileOptions,
  compile,
  emitModel,
  encodeModel,
  input,
  type Shape,
  softmax,
  type Tensor,
  type Weights,
} from "@voxelsmith/engine";
import type { ResnetConfig } from "../networks/resnet-config.ts";
import { inferenceNorm } from "../networks/resnet-norm.ts";
import type { Store } from "../run/store.ts";
import { encodeStateDict } from "../weights/state-dict-names.ts";
import { ENCODER_METADATA } from "./encoder-metadata.ts";
import type { TransferNetwork } from "./transfer-network.ts";

/** The network on one patch after the other, with whatever weights training has reached. */
export interface TransferPredictor {
  /** Probabilities of an image `[D, H, W]`: `[classes]`, or `[classes, D, H, W]`. */
  probabilities(weights: Weights, image: Float32Array): Promise<Float32Array>;
  dispose(): Promise<void>;
}

/** Inference: `image` `[1, 1, D, H, W]` to `probabilities`, with running averages in place of the batch's own. */
function inferenceGraph(network: TransferNetwork, patch: Shape): Record<string, Tensor> {
  const specs = { ...network.parameters, ...network.statistics };
  const parameters = Object.fromEntries(Object.entries(specs).map(([name, { shape }]) => [name, input(name, shape)]));
  const logits = network.logits(parameters, inferenceNorm(parameters), input("image", [1, 1, ...patch]));
  return { probabilities: softmax(logits) };
}

function dataOf(weights: Weights): Record<string, Float32Array> {
  return Object.fromEntries(Object.entries(weights).map(([name, { data }]) => [name, data]));
}

/**
 * Compiles the network for patches of these extents. The weights are inputs and no constants: one session serves every
 * validation, where a session for each would hold the weights twice more and take longer to make than to run.
 */
export async function createPredictor(
  network: TransferNetwork,
  patch: Shape,
  { device, threads }: Required<Pick<CompileOptions, "device" | "threads">>,
): Promise<TransferPredictor> {
  const session = await compile(inferenceGraph(network, patch), { device, threads });
  return {
    probabilities: async (weights, image) => (await session.run({ ...dataOf(weights), image })).probabilities,
    dispose: () => session.dispose(),
  };
}

/** Where the finished model lies in a run folder; the weights are written last. */
export const TRANSFER_MODEL = { weights: "weights.safetensors", onnx: "model.onnx" } as const;

/** What whoever uses the model without this program needs to know. */
export interface ModelNotes {
  readonly task: "segmentation" | "classification";
  /** Names of the classes in the order of the channels. */
  readonly classes: readonly string[];
  /** Label value of each class; segmentation only. */
  readonly labels?: readonly number[];
  /** How an image is brought to what the network wants, in a sentence. */
  readonly preparation: string;
  /** The step whose weights these are. */
  readonly step: number;
}

/** Writes the network as ONNX for inference, and its weights under the names of a state_dict. */
export async function saveTransferModel(
  store: Store,
  model: {
    readonly network: TransferNetwork;
    readonly encoder: ResnetConfig;
    readonly weights: Weights;
    readonly patch: Shape;
  },
  { task, classes, labels, preparation, step }: ModelNotes,
): Promise<void> {
  const { network, encoder, weights, patch } = model;
  const metadata = {
    model: `voxelsmith transfer, ${task}`,
    classes: JSON.stringify(classes),
    ...(labels === undefined ? {} : { labels: JSON.stringify(labels) }),
    patch: JSON.stringify(patch),
    preparation,
    axes: "input [1, 1, k, j, i], i to the right, j to the front, k up (RAS)",
    step: String(step),
    [ENCODER_METADATA]: JSON.stringify(encoder),
  };
  const onnx = emitModel(inferenceGraph(network, patch), { target: "cpu", fixed: dataOf(weights), metadata });
  await store.write(TRANSFER_MODEL.onnx, encodeModel(onnx));
  await store.write(TRANSFER_MODEL.weights, encodeStateDict(weights, undefined, metadata));
}
