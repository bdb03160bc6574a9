import { createRandom, type Random } from "@voxelsmith/engine";
import type { ArmResults, ArmRun, ComparisonResults, CurvePoint } from "../src/compare/results.ts";
import type { CaseMetrics, LabelMetrics } from "../src/evaluate/case-metrics.ts";
import { madeUpCase, madeUpLabel } from "./made-up-metrics.ts";

/** What a made-up comparison is about. */
export interface MadeUpOptions {
  readonly labels: Readonly<Record<string, string>>;
  readonly scans: number;
  readonly seeds: readonly number[];
  /** Names of the arms, all of them unless told. */
  readonly arms?: readonly string[];
  /** How many scans the supervised arm sees. */
  readonly training: number;
}

/** How far each arm comes on the way from nothing to a perfect label map, title, labels, steps. */
const ARMS: Readonly<Record<string, readonly [reach: number, title: string, labels: number, steps: number]>> = {
  affine: [0.68, "affine", 1, 0],
  sas: [0.76, "SAS", 1, 0],
  "sas-aug": [0.772, "SAS-aug", 1, 6000],
  "hand-tuned": [0.75, "hand-tuned", 1, 6000],
  "rand-aug": [0.765, "rand-aug", 1, 6000],
  coupled: [0.79, "coupled", 1, 6000],
  independent: [0.8, "independent", 1, 6000],
  "independent+rand-aug": [0.815, "independent + rand-aug", 1, 6000],
  "ours-best": [0.84, "ours-best", 1, 6000],
  "atlases-2": [0.815, "2 atlases", 2, 6000],
  "atlases-4": [0.83, "4 atlases", 4, 6000],
  "atlases-8": [0.842, "8 atlases", 8, 6000],
  supervised: [0.87, "supervised", 0, 6000],
};

/** Results that look like those of a real comparison, without one: harder scans are hard for every arm. */
export function madeUpResults(options: MadeUpOptions): ComparisonResults {
  const { labels, scans, seeds, training, arms = Object.keys(ARMS) } = options;
  const volumes = Object.keys(labels).map((label, index) => [label, 40 * 1.32 ** ((index * 7) % 30)]);
  return {
    voxelsmith: "0.1.0",
    dataset: {
      name: "made-up brains",
      labels,
      scans: { training, unlabeled: training - 1, validation: 5, test: scans },
    },
    atlas: { id: "brain_007", reason: "Most similar to the others: mean local NCC 0.61, next best 0.58." },
    labelVolumesMm3: Object.fromEntries(volumes),
    labelsNotInAtlas: [],
    arms: arms.map((name) => madeUpArm(name, options)),
    environment: { node: "20.20.2", processor: "made-up, 2 cores", memoryGiB: 8 },
    settings: {
      preset: "thorough",
      "prepare.spacingMm": [1, 1, 1],
      "segment.learningRate": 0.0005,
      "spatial.steps": 4000,
      "segment.device": "cpu",
    },
    notes: seeds.length === 1 ? ["One seed: how much another one would change is not known."] : [],
  };
}

function madeUpArm(name: string, options: MadeUpOptions): ArmResults {
  const [reach, title, labeledScans, steps] = ARMS[name] ?? [0.5, name, 1, 10];
  return {
    name,
    title,
    meaning: `what ${title} does, in one sentence`,
    labeledScans: labeledScans === 0 ? options.training : labeledScans,
    steps,
    runs: options.seeds.map((seed) => madeUpRun(name, reach, steps, seed, options)),
  };
}

function madeUpRun(name: string, reach: number, steps: number, seed: number, options: MadeUpOptions): ArmRun {
  const random = createRandom(seed, "made-up", name);
  const luck = 0.004 * random.normal();
  const cases = Array.from({ length: options.scans }, (_, scan) => {
    const hardness = createRandom(1, "scan", scan).normal();
    const height = reach + luck - 0.03 * hardness + 0.25 * (reach - 0.76) * hardness + 0.012 * random.normal();
    return { id: `brain_${String(101 + scan)}`, metrics: madeUpScan(height, Object.keys(options.labels), random) };
  });
  const curve: CurvePoint[] = Array.from({ length: steps / 100 }, (_, index) => ({
    step: (index + 1) * 100,
    loss: 0.25 + 1.6 * Math.exp(-index / 9) + 0.03 * random.uniform(),
    ...(index % 5 === 4 ? { validationDice: reach * (1 - 0.5 * Math.exp(-index / 8)) + 0.006 * random.normal() } : {}),
  }));
  return {
    seed,
    cases,
    ...(steps > 0 ? { chosenByValidation: { step: 4500, cases } } : {}),
    curve,
    seconds: { train: steps / 4, label: options.scans * 0.6 },
  };
}

function madeUpScan(height: number, labels: readonly string[], random: Random): CaseMetrics {
  const rows = labels.map((label, index): LabelMetrics => {
    if (index === 9 && height < 0.7 && random.uniform() < 0.3) return madeUpLabel(Number(label), "missed");
    const dice = Math.min(0.99, Math.max(0.02, height + 0.11 * Math.sin(index * 2.3) + 0.02 * random.normal()));
    return madeUpLabel(Number(label), dice);
  });
  return madeUpCase(rows);
}

/** Two labels, as of a hippocampus. */
export const TWO_LABELS: Readonly<Record<string, string>> = { "1": "anterior", "2": "posterior" };

/** Thirty-four labels, left and right apart, one of them in angle brackets. */
export const MANY_LABELS: Readonly<Record<string, string>> = Object.fromEntries(
  [
    ...["cerebral cortex", "cerebral white matter", "lateral ventricle", "cerebellum exterior (cortex)"],
    ...["cerebellum white matter", "thalamus", "caudate", "putamen", "pallidum", "hippocampus", "amygdala"],
    ...["accumbens", "ventral DC", "basal forebrain"],
  ]
    .flatMap((name) => [`right ${name}`, `left ${name}`])
    .concat(["cerebellar vermis", "3rd ventricle", "4th ventricle", "brain stem", "CSF", "<optic & chiasm>"])
    .map((name, index) => [String(index + 1), name]),
);
