import { encodeSafetensors, type Weights } from "@voxelsmith/engine";
import { z } from "zod";
import { trainOnExamples } from "../examples/train-on-examples.ts";
import type { PreparedSet } from "../prepare/prepared-set.ts";
import type { RunContext } from "../run/context.ts";
import { readMetrics } from "../run/metrics-log.ts";
import { readWeights } from "../run/read-weights.ts";
import { RUN_FOLDER } from "../run/run-folder.ts";
import { type Store, writeJson } from "../run/store.ts";
import { timeWork } from "../run/work-time.ts";
import { segmenterParameters } from "../segment/graph.ts";
import { hasSegmenter, loadSegmenterWeights, saveSegmenter } from "../segment/model.ts";
import { readJson } from "./comparison-folder.ts";
import type { CurvePoint } from "./results.ts";
import { openValidationScans } from "./validation-scans.ts";

/** What training an arm's segmenter leaves. */
export interface ArmWeights {
  /** At the last step: no label but the arm's own took part in this choice. */
  readonly last: Weights;
  /** The best on the labels of the validation scans, as the paper chose; absent without validation scans. */
  readonly chosen?: { readonly step: number; readonly weights: Weights };
}

const CHOSEN_WEIGHTS = `${RUN_FOLDER.segmenter}/chosen-by-validation.safetensors`;
const TRAINING = `${RUN_FOLDER.segmenter}/training.json`;

const training = z.object({ seconds: z.number(), chosenStep: z.exactOptional(z.number()) });
type Training = z.infer<typeof training>;

/** Whether the validation labels chose other weights than the last ones: where they did not, nothing is labeled twice. */
export function choseOthers({ chosen }: ArmWeights, { segment }: RunContext["config"]): boolean {
  return chosen !== undefined && chosen.step !== segment.steps;
}

/** Trains the segmenter of an arm, or reads the one that is trained. */
export async function trainArm(context: RunContext, prepared: PreparedSet): Promise<ArmWeights> {
  const { store } = context;
  if (!(await hasSegmenter(store))) {
    context.emit({ kind: "stage", stage: "segmenter", title: "Segmenter" });
    const { value, seconds } = await timeWork(store, RUN_FOLDER.segmenter, async (own) => {
      const timed = { ...context, store: own };
      return trainOnExamples(timed, prepared, await openValidationScans(timed, prepared));
    });
    const { last, best } = value;
    if (best !== undefined) await store.write(CHOSEN_WEIGHTS, encodeSafetensors(best.weights));
    const record: Training = { seconds, ...(best === undefined ? {} : { chosenStep: best.step }) };
    await writeJson(store, TRAINING, record);
    await saveSegmenter(context, prepared, last); // last: where it is there, the training is done
    await store.remove(RUN_FOLDER.times); // else a training that is done anew would count this one, too
  }
  const classes = prepared.labels.length + 1;
  const { segment } = context.config;
  const last = await loadSegmenterWeights(store, segment, classes);
  const chosen = await readWeights(store, CHOSEN_WEIGHTS, segmenterParameters(segment, classes));
  const step = (await readTraining(store)).chosenStep;
  return chosen === undefined || step === undefined ? { last } : { last, chosen: { step, weights: chosen } };
}

/** Seconds of the training, and the step that the validation labels chose. */
export async function readTraining(store: Store): Promise<Training> {
  return (await readJson(store, TRAINING, training)) ?? { seconds: 0 };
}

/** Steps between two points of a learning curve without a validation. */
const CURVE_EVERY = 50;

/** The learning curve of the segmenter: mean loss since the point before, and Dice on the validation scans. */
export async function learningCurve(store: Store): Promise<readonly CurvePoint[]> {
  const lines = (await readMetrics(store)).filter(({ stage }) => stage === RUN_FOLDER.segmenter);
  const validations = new Map(
    lines.flatMap(({ step, validation }) => (typeof validation === "number" ? [[step, validation] as const] : [])),
  );
  const losses = lines.flatMap(({ step, loss }) => (typeof loss === "number" ? [{ step, loss }] : []));
  const points: CurvePoint[] = [];
  let since: number[] = [];
  for (const { step, loss } of losses) {
    since.push(loss);
    const validationDice = validations.get(step);
    if (validationDice === undefined && step % CURVE_EVERY !== 0) continue;
    const mean = since.reduce((sum, value) => sum + value, 0) / since.length;
    points.push({ step, loss: mean, ...(validationDice === undefined ? {} : { validationDice }) });
    since = [];
  }
  return points;
}
