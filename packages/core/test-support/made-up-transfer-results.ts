import { createRandom } from "@voxelsmith/engine";
import type {
  TransferArm,
  TransferCell,
  TransferComparisonResults,
  TransferRun,
  TransferTarget,
} from "../src/transfer-comparison/results.ts";

/** What a made-up comparison of transfer is about. */
export interface MadeUpTransferOptions {
  readonly arms?: readonly string[];
  readonly targets?: readonly string[];
  readonly seeds?: readonly number[];
}

/** Title, and how much of what the labels of other domains can give the start weights already have. */
const ARMS: Readonly<Record<string, readonly [title: string, help: number]>> = {
  scratch: ["from scratch", 0],
  video: ["video (stand-in)", 0.15],
  domains: ["domains (Med3D)", 1],
  independent: ["one atlas, independent", 0.55],
  "rand-aug": ["one atlas, rand-aug", 0.35],
  supervised: ["all labels, same path", 0.9],
};

interface MadeUpTarget extends Omit<TransferTarget, "name" | "cells"> {
  readonly sizes: readonly number[];
  /** Score with all labels, and how much pretraining adds with one. */
  readonly reach: number;
  readonly gain: number;
}

const TARGETS: Readonly<Record<string, MadeUpTarget>> = {
  hippocampus: {
    ...{ task: "segmentation", classes: ["anterior", "posterior"], folds: 1, leftOut: ["hippocampus"] },
    ...{ cases: { training: 135, validation: 20, test: 49 }, sizes: [1, 5, 20, 135], reach: 0.86, gain: 0.1 },
  },
  spine: {
    ...{ task: "segmentation", classes: ["vertebrae", "discs", "canal"], folds: 1, leftOut: ["spine"] },
    ...{ cases: { training: 12, validation: 3, test: 8 }, sizes: [1, 5, 12], reach: 0.8, gain: 0.02 },
  },
  adrenal: {
    ...{ task: "classification", classes: ["normal", "mass"], folds: 1, leftOut: [] },
    ...{ cases: { training: 200, validation: 24, test: 60 }, sizes: [2, 5, 20, 200], reach: 0.9, gain: 0.04 },
  },
  nodules: {
    ...{ task: "classification", classes: ["benign", "malignant"], folds: 3, leftOut: [] },
    ...{ cases: { training: 14, validation: 14, test: 14 }, sizes: [2, 5, 14], reach: 0.82, gain: 0.03 },
  },
};

const RATES = [0.01, 0.003, 0.001];
const STEPS = 600;

/** Results that look like those of a real comparison, without one: harder cases are hard for every arm. */
export function madeUpTransferResults(options: MadeUpTransferOptions = {}): TransferComparisonResults {
  const { arms = Object.keys(ARMS), targets = Object.keys(TARGETS), seeds = [1, 2, 3] } = options;
  return {
    voxelsmith: "0.1.0",
    encoder: { depth: 10, widths: [16, 32, 64, 128], parameters: 902_416 },
    domains: [
      { name: "hippocampus", classes: 2, training: 135, spacingMm: [1, 1, 1], atlas: "hippocampus_230" },
      { name: "mouse-brain", classes: 12, training: 8, spacingMm: [0.1, 0.1, 0.1], atlas: "mouse_03" },
      { name: "spine", classes: 3, training: 12, spacingMm: [0.9, 0.9, 3.3] },
    ],
    arms: arms.map(madeUpArm),
    targets: targets.map((name) => madeUpTarget(name, arms, seeds)),
    learningRates: RATES,
    steps: STEPS,
    environment: { node: "20.20.2", processor: "made-up, 2 cores", memoryGiB: 8 },
    settings: { seed: 1, preset: "fast", encoder: { depth: 10 }, transfer: { steps: STEPS, encoderRate: 0.3 } },
    command: "voxelsmith compare --kind transfer --domain hippocampus=data/hippocampus -o transfer",
    notes: targets.includes("adrenal") ? ["adrenal: 2 labeled cases in place of 1, one of each class"] : [],
  };
}

function madeUpArm(name: string): TransferArm {
  const [title] = ARMS[name] ?? [name];
  const scores = name === "video" ? { accuracy: 0.91 } : { hippocampus: 0.712, "mouse-brain": 0.634, spine: 0.587 };
  const leaveOut = (leftOut: readonly string[]): TransferArm["pretraining"][number] => ({
    leftOut,
    ...{ steps: 3000, seconds: 5400 },
    scores: Object.fromEntries(Object.entries(scores).filter(([domain]) => !leftOut.includes(domain))),
  });
  const pretraining =
    name === "scratch"
      ? []
      : name === "video"
        ? [leaveOut([])]
        : [leaveOut([]), leaveOut(["hippocampus"]), leaveOut(["spine"])];
  return { name, title, meaning: `start weights that ${title} gives`, pretraining };
}

function madeUpTarget(name: string, arms: readonly string[], seeds: readonly number[]): TransferTarget {
  const { sizes, reach, gain, ...target } = TARGETS[name];
  const all = sizes[sizes.length - 1];
  const cells = arms.flatMap((arm) =>
    sizes.map((labeled): TransferCell => {
      const chosen = labeled === 1 || labeled === 2 ? 0.001 : 0.003;
      const job = { name, arm, labeled, all };
      const sweep = RATES.map((rate) => ({ seed: seeds[0], rate }));
      const others = seeds.slice(1).map((seed) => ({ seed, rate: chosen }));
      const folds = Array.from({ length: target.folds }, (_, fold) => fold);
      const runs = [...sweep, ...others].flatMap(({ seed, rate }) =>
        folds.map((fold) => madeUpRun({ ...job, seed, fold, rate, chosen }, TARGETS[name])),
      );
      return { arm, labeled, isAll: labeled === all, learningRate: chosen, runs };
    }),
  );
  return { name, ...target, cells };
}

interface Job {
  readonly name: string;
  readonly arm: string;
  readonly labeled: number;
  readonly all: number;
  readonly seed: number;
  readonly fold: number;
  readonly rate: number;
  readonly chosen: number;
}

function madeUpRun(job: Job, { task, reach, gain, cases }: MadeUpTarget): TransferRun {
  const { name, arm, labeled, all, seed, fold, rate, chosen } = job;
  const random = createRandom(seed, "made-up", name, arm, labeled, fold, rate);
  const [, help] = ARMS[arm] ?? ["", 0.2];
  const scarcity = Math.log(all / labeled) / Math.log(all);
  const height =
    reach -
    0.3 * scarcity ** 2 +
    gain * help * (0.2 + scarcity) -
    (rate === chosen ? 0 : 0.03) +
    0.01 * random.normal();
  const shape = { seed, fold, learningRate: rate, step: 550, seconds: 95 + 10 * random.uniform() };
  if (rate === 0.01 && arm === "rand-aug") {
    // A rate that is too high: every case is missed.
    const missed = Array.from({ length: cases.test }, (_, index) => ({ index, value: 0 }));
    return { ...shape, step: 0, validation: -1, curve: [], diverged: true, ...tested(task, name, fold, missed) };
  }
  const pace = 90 / (1 + 2.5 * help);
  const curve = Array.from({ length: STEPS / 50 }, (_, index) => {
    const step = (index + 1) * 50;
    const way = 1 - Math.exp(-step / pace);
    return { step, loss: 1.2 - 0.8 * way, score: height * way + 0.012 * random.normal() };
  });
  const values = Array.from({ length: cases.test }, (_, index) => {
    const hardness = createRandom(1, "case", name, fold, index).normal();
    return { index, value: Math.min(0.98, Math.max(0.02, height - 0.05 * hardness + 0.02 * random.normal())) };
  });
  const validation = Math.max(...curve.map(({ score }) => score));
  return { ...shape, validation, curve, ...tested(task, name, fold, values) };
}

function tested(
  task: TransferTarget["task"],
  name: string,
  fold: number,
  values: readonly { readonly index: number; readonly value: number }[],
): Pick<TransferRun, "segmented" | "classified"> {
  const idOf = (index: number): string => `${name}_${fold}${String(index).padStart(2, "0")}`;
  if (task === "segmentation")
    return { segmented: values.map(({ index, value }) => ({ id: idOf(index), meanDice: value })) };
  const classified = values.map(({ index, value }) => {
    const truth = index % 3 === 0 ? 1 : 0;
    const sure = Math.min(0.97, Math.max(0.03, 0.5 + 3 * (value - 0.72)));
    return { id: idOf(index), truth, probabilities: truth === 1 ? [1 - sure, sure] : [sure, 1 - sure] };
  });
  return { classified };
}
