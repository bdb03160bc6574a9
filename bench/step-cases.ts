import {
  add,
  averagePool,
  createRandom,
  initializeWeights,
  type LossTerms,
  mul,
  type ParameterSpecs,
  type Parameters,
  softmax,
  type Tensor,
  type Weights,
  warp,
} from "@voxelsmith/engine";
import { crossEntropyLoss } from "../packages/core/src/losses/cross-entropy.ts";
import { diceLoss } from "../packages/core/src/losses/dice.ts";
import { displacementSmoothnessLoss } from "../packages/core/src/losses/displacement-smoothness.ts";
import { localNccLoss } from "../packages/core/src/losses/local-ncc.ts";
import { mseLoss } from "../packages/core/src/losses/mse.ts";
import {
  type RegistrationConfig,
  registrationField,
  registrationNet,
  registrationParameters,
} from "../packages/core/src/networks/registration-net.ts";
import { type UnetConfig, unet, unetParameters } from "../packages/core/src/networks/unet.ts";

export const EXTENTS = [48, 64, 48] as const;
const VOXELS = 48 * 64 * 48;

/** A training step to be timed: the same data, weights and loss go to the peer. */
export interface StepCase {
  /** The peer's script in bench/peers, if there is one. */
  readonly peer?: string;
  /** What the peer's script reads. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly parameters: ParameterSpecs;
  readonly weights: Weights;
  readonly inputs: Readonly<Record<string, { readonly shape: readonly number[]; readonly data: Float32Array }>>;
  loss(inputs: Readonly<Record<string, Tensor>>, parameters: Parameters): LossTerms;
}

const voxelmorph: RegistrationConfig = {
  spatialRank: 3,
  encoder: [16, 32, 32, 32],
  decoder: [32, 32, 32, 32, 32, 16, 16],
  downsampling: "max-pool",
  fieldResolution: "full",
  integrationSteps: 0,
  family: "voxelmorph",
};
const paper: RegistrationConfig = { ...voxelmorph, family: "brainstorm" };
const fast: RegistrationConfig = { ...paper, decoder: [32, 32, 32, 32], fieldResolution: "half" };
const segmenter: UnetConfig = {
  spatialRank: 3,
  inputs: 1,
  channels: [16, 32, 64],
  classes: 3,
  convolutions: 2,
  norm: "instance",
};

/** Smooth waves and noise in 0..1: structure everywhere, so that no variance meets its floor. */
function scan(seed: number): Float32Array {
  const random = createRandom(seed, "scan");
  const waves = Array.from({ length: 6 }, () => ({
    frequency: [random.between(0.1, 0.5), random.between(0.1, 0.5), random.between(0.1, 0.5)],
    phase: random.between(0, 6.28),
  }));
  return Float32Array.from({ length: VOXELS }, (_, at) => {
    const [k, j, i] = [Math.floor(at / 3072), Math.floor(at / 48) % 64, at % 48];
    const sum = waves.reduce((s, { frequency: [a, b, c], phase }) => s + Math.sin(a * k + b * j + c * i + phase), 0);
    return 0.5 + sum / 14 + 0.03 * random.normal();
  });
}

function registration(
  config: RegistrationConfig,
  similarity: "local-ncc" | "mse",
  { at = "full", peer = false }: { at?: "full" | "half"; peer?: boolean } = {},
): StepCase {
  const parameters = registrationParameters(config);
  const drawn = initializeWeights(parameters, 5);
  // Displacements of about a voxel from the first step on, so that the warp and its gradient are put to work.
  const flow = { ...drawn["flow.weight"], data: drawn["flow.weight"].data.map((w) => w * 2000) };
  const image = similarity === "mse" ? mseLoss : localNccLoss;
  return {
    ...(peer ? { peer: "voxelmorph_step.py" } : {}),
    settings: { similarity, encoder: config.encoder, decoder: config.decoder },
    parameters,
    weights: { ...drawn, "flow.weight": flow },
    inputs: {
      moving: { shape: [1, 1, ...EXTENTS], data: scan(1) },
      fixed: { shape: [1, 1, ...EXTENTS], data: scan(2) },
    },
    loss({ moving, fixed }, own) {
      if (at === "half") {
        const field = registrationField(config, own, moving, fixed);
        const warped = warp(averagePool(moving), field);
        return { loss: add(image(warped, averagePool(fixed)), mul(displacementSmoothnessLoss(field), 1)) };
      }
      const displacement = registrationNet(config, own, moving, fixed);
      return { loss: add(image(warp(moving, displacement), fixed), displacementSmoothnessLoss(displacement)) };
    },
  };
}

function segmentation(): StepCase {
  const parameters = unetParameters(segmenter);
  const image = scan(3);
  const oneHot = new Float32Array(3 * VOXELS);
  image.forEach((value, at) => {
    oneHot[(value < 0.45 ? 0 : value < 0.6 ? 1 : 2) * VOXELS + at] = 1;
  });
  return {
    peer: "unet_step.py",
    settings: { channels: segmenter.channels, classes: segmenter.classes },
    parameters,
    weights: initializeWeights(parameters, 5),
    inputs: {
      image: { shape: [1, 1, ...EXTENTS], data: image },
      oneHot: { shape: [1, 3, ...EXTENTS], data: oneHot },
    },
    loss({ image: x, oneHot: labels }, own) {
      const logits = unet(segmenter, own, x);
      return { loss: add(crossEntropyLoss(logits, labels), diceLoss(softmax(logits), labels)) };
    },
  };
}

export const STEP_CASES: Readonly<Record<string, () => StepCase>> = {
  "voxelmorph-ncc": () => registration(voxelmorph, "local-ncc", { peer: true }),
  "voxelmorph-mse": () => registration(voxelmorph, "mse", { peer: true }),
  unet: segmentation,
  "paper-ncc": () => registration(paper, "local-ncc"),
  "fast-ncc-full": () => registration(fast, "local-ncc"),
  "fast-ncc-half": () => registration(fast, "local-ncc", { at: "half" }),
};
