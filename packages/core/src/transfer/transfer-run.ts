import type { Shape, Weights } from "@voxelsmith/engine";
import type { z } from "zod";
import { parseJson } from "../dataset/check-against.ts";
import { InputError } from "../errors.ts";
import type { ResnetConfig } from "../networks/resnet-config.ts";
import { readPart } from "../run/read-part.ts";
import { readWeights } from "../run/read-weights.ts";
import { RUN_FOLDER } from "../run/run-folder.ts";
import type { Store } from "../run/store.ts";
import { type TransferConfig, transferConfig } from "./config.ts";
import { encoderInMetadata } from "./encoder-metadata.ts";
import { type TransferManifest, transferManifestSchema } from "./transfer-manifest.ts";
import { TRANSFER_MODEL } from "./transfer-model.ts";
import { type TransferNetwork, transferNetwork } from "./transfer-network.ts";
import { parseTransferPlan, type TransferPlan } from "./transfer-plan.ts";

const TRANSFER = {
  kind: "a folder of `voxelsmith transfer`",
  todo: "Check the path, or begin one with `voxelsmith transfer`.",
};

/** Settings and data of a transfer's folder. @throws InputError where it is none, or somebody's edit does not fit */
export async function readTransferRun(
  store: Store,
): Promise<{ readonly config: TransferConfig; readonly manifest: TransferManifest }> {
  const config = parseJson(transferConfig, ...(await readPart(store, RUN_FOLDER.config, TRANSFER)));
  const manifest = parseJson(transferManifestSchema, ...(await readPart(store, RUN_FOLDER.manifest, TRANSFER)));
  return { config, manifest };
}

/** The plan of a transfer's folder. @throws InputError where there is none, or somebody's edit does not fit */
export async function planOfTransfer<Preparation>(
  store: Store,
  preparation: z.ZodType<Preparation>,
): Promise<TransferPlan<Preparation>> {
  return parseTransferPlan(preparation, ...(await readPart(store, RUN_FOLDER.plan, TRANSFER)));
}

/** What a finished transfer has learned. */
export interface TransferModel {
  readonly encoder: ResnetConfig;
  readonly network: TransferNetwork;
  readonly weights: Weights;
  readonly patch: Shape;
}

/**
 * The model of a finished transfer.
 * @throws InputError where it is not finished, and where the weights are damaged or those of another network
 */
export async function loadTransferModel(
  store: Store,
  { config, classes, patch }: { readonly config: TransferConfig; readonly classes: number; readonly patch: Shape },
): Promise<TransferModel> {
  const path = TRANSFER_MODEL.weights;
  const bytes = await store.read(path);
  if (bytes === undefined) {
    throw new InputError({
      subject: store.locate("."),
      expected: `a finished transfer, with ${path} in it`,
      got: "one that has not ended",
      todo: `Go on with it: voxelsmith transfer -o ${store.locate(".")} --resume`,
    });
  }
  const encoder = encoderInMetadata(bytes);
  if (encoder === undefined) {
    throw new InputError({
      subject: store.locate(path),
      expected: "weights of `voxelsmith transfer`",
      got: "a damaged file, or another one",
      todo: "Take the file of this run, or train again.",
    });
  }
  const network = transferNetwork(encoder, config, classes);
  const weights = await readWeights(store, path, { ...network.parameters, ...network.statistics });
  return { encoder, network, weights: weights ?? {}, patch };
}
