import type {
  ChooseAtlasRequest,
  ComparisonAbout,
  ComparisonRequest,
  EvaluateRequest,
  RunContext,
  SegmentRequest,
} from "@voxelsmith/core";
import type { Stages } from "../src/stages.ts";
import type { Terminal } from "../src/terminal.ts";

export interface Call {
  readonly stage: string;
  readonly context?: RunContext;
  readonly segment?: SegmentRequest;
  readonly evaluate?: EvaluateRequest;
  readonly chooseAtlas?: ChooseAtlasRequest;
  readonly compare?: ComparisonRequest;
  readonly about?: ComparisonAbout;
}

const result = {
  scores: [{ method: "segmenter", scans: 2, meanDice: 0.81, labels: [{ name: "head", meanDice: 0.81 }] }],
  gain: { mean: 0.05, low: 0.01, high: 0.09 },
  table: "Dice       mean\nsegmenter  0.810\n",
};

/** Stages that compute nothing and remember how they were called. */
export function fakeStages(calls: Call[], act: (context: RunContext) => Promise<void> = async () => undefined): Stages {
  const stage = (name: string) => async (context: RunContext) => {
    calls.push({ stage: name, context });
    await act(context);
  };
  return {
    chooseAtlas: async (chooseAtlas) => {
      calls.push({ stage: "choose-atlas", chooseAtlas });
      const score = { image: "a.nii.gz", similarity: 0.4, others: 2, size: 1, cutOff: 0, empty: 0, saturated: 0 };
      const ranking = (chooseAtlas.candidates ?? []).map((id) => ({ ...score, id, reason: `${id}: most alike` }));
      return { ranking, comparedWith: [], leftOut: [], grid: { dims: [16, 16, 16], spacingMm: [1, 1, 1] } };
    },
    run: async (context) => {
      await stage("run")(context);
      return result;
    },
    prepare: stage("prepare"),
    register: stage("register"),
    synthesize: stage("synthesize"),
    train: stage("train"),
    segment: async (segment) => void calls.push({ stage: "segment", segment }),
    evaluate: async (evaluate) => {
      calls.push({ stage: "evaluate", evaluate });
      return result;
    },
    compare: async (compare) => {
      calls.push({ stage: "compare", compare });
      return { done: [], elsewhere: [] };
    },
    report: async (compare, about) => {
      calls.push({ stage: "report", compare, about });
      return { page: "report/index.html", text: about.atlas.reason, value: { arms: compare.arms.length } };
    },
    phantoms: async (store) => {
      await store.write("atlas.nii.gz", Uint8Array.of(1));
      return {
        name: "phantoms",
        labels: { "1": "shell" },
        atlases: [{ id: "atlas", image: "atlas.nii.gz", labels: "atlas-labels.nii.gz" }],
        unlabeled: [{ id: "one", image: "one.nii.gz" }],
        validation: [],
        test: [],
      };
    },
    devices: async () => [
      { device: "cpu", available: true },
      { device: "webgpu", available: false, reason: "no adapter" },
    ],
    forecast: async () => ({ seconds: 600, memoryBytes: 2e9, stages: [{ stage: "spatial", seconds: 300 }] }),
  };
}

/** A terminal that remembers. */
export function memoryTerminal(): Terminal & { readonly said: { out: string; error: string } } {
  const said = { out: "", error: "" };
  return {
    said,
    out: (text) => {
      said.out += text;
    },
    error: (text) => {
      said.error += text;
    },
    interactive: false,
    columns: 80,
  };
}
