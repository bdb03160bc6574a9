import { createRandom } from "@voxelsmith/engine";
import { z } from "zod";
import type { LabeledCase } from "./dataset/manifest.ts";
import { classCount, classNames, type DomainPlan, domainPlanSchema, labelOfClass } from "./domains/plan.ts";
import { planDomain } from "./domains/plan-domain.ts";
import { prepareCase } from "./domains/prepare-case.ts";
import type { MethodCases } from "./evaluate/summary.ts";
import { type LabeledScan, scansFigure } from "./figures/run-figures.ts";
import { type ReadFile, readLabeledScan, readLabelMap, readScan } from "./io/read-scan.ts";
import { describeEncoder } from "./networks/describe-encoder.ts";
import type { EnvironmentRecord } from "./run/environment.ts";
import { stepMeter } from "./run/progress.ts";
import { RUN_FOLDER } from "./run/run-folder.ts";
import { type Store, subfolder } from "./run/store.ts";
import { comparePair } from "./score/compare-pair.ts";
import { resultOf, writeReport } from "./score/result.ts";
import { predictionPath } from "./segment/label-scans.ts";
import { choosePatch } from "./transfer/choose-patch.ts";
import { classificationTable, confusionCsv, predictionsCsv } from "./transfer/classification-report.ts";
import { classificationScores } from "./transfer/classification-scores.ts";
import { takeLabeled } from "./transfer/draw-split.ts";
import { casesByClass, fineTuneClassification } from "./transfer/fine-tune-classification.ts";
import {
  createTransferSegmenter,
  fineTuneSegmentation,
  type SegmentationCase,
} from "./transfer/fine-tune-segmentation.ts";
import { cubeLoader } from "./transfer/load-cubes.ts";
import { describeUnseen, inTermsOfPlan, scoredLabels, unseenLabels } from "./transfer/scored-labels.ts";
import { startOf, type TransferStart } from "./transfer/start-weights.ts";
import type { TransferContext } from "./transfer/training-context.ts";
import type { ClassificationManifest, SegmentationManifest, TransferManifest } from "./transfer/transfer-manifest.ts";
import { saveTransferModel } from "./transfer/transfer-model.ts";
import { frozenParts, transferNetwork } from "./transfer/transfer-network.ts";
import { readTransferPlan, type TransferPlan } from "./transfer/transfer-plan.ts";
import { LOAD_REPORT, transferReadme } from "./transfer/transfer-readme.ts";
import { labelTransferred, type PredictCase } from "./transferred.ts";
import { describeLoad } from "./weights/describe-load.ts";

/** What a transfer is given. */
export interface TransferRequest extends TransferContext {
  readonly manifest: TransferManifest;
  /** The bytes of `config.from`; none from scratch. */
  readonly weights?: Uint8Array;
  readonly environment: EnvironmentRecord;
  readFile: ReadFile;
}

/** What a transfer tells whoever asked for it. */
export interface TransferResult {
  /** Scores for people. */
  readonly table: string;
  /** The same for programs. */
  readonly value: Readonly<Record<string, unknown>>;
}

/**
 * A pretrained encoder to a new task: load it, put a new head on it, fine-tune on the labeled cases, keep what did best
 * in validation, answer for the test cases and score the answers. All that may be wrong with the input is found before
 * the first file is written. A run folder that has begun goes on from its checkpoint.
 */
export async function runTransfer(request: TransferRequest): Promise<TransferResult> {
  const start = startOf(request.config, request.weights);
  const limit = 8; // lines of each kind; the file has all
  const report = start.report === undefined ? "" : `:\n${describeLoad(start.report, limit)}`;
  const text = `encoder: ${describeEncoder(start.encoder)}, from ${request.config.from}${report}`;
  request.emit({ kind: "note", text: text.trimEnd() });
  return request.manifest.task === "segmentation"
    ? transferSegmentation(request, start, request.manifest)
    : transferClassification(request, start, request.manifest);
}

async function transferSegmentation(
  request: TransferRequest,
  start: TransferStart,
  manifest: SegmentationManifest,
): Promise<TransferResult> {
  const { config, store, readFile, signal, emit } = request;
  const known = await readTransferPlan(store, domainPlanSchema);
  const { preparation: plan, unseen = [] } = known ?? (await planOf(request, manifest));
  const missing = describeUnseen(plan, unseen);
  if (missing !== undefined) emit({ kind: "warning", text: missing });
  const prepare = async ({ id, ...paths }: LabeledCase): Promise<SegmentationCase> => {
    const { volume, labels } = await readLabeledScan(readFile, paths);
    return { id, ...prepareCase(plan, volume, labels) };
  };
  const train = await inTurn(manifest.train, prepare, signal);
  const chosen = takeSome(manifest.validation, config.validationCases, config.seed, () => "");
  const validation = await inTurn(chosen, prepare, signal);
  const patch = known?.patch ?? choosePatch(config.patch, train, start.encoder);
  const classes = classCount(plan);
  await begin(request, start, classes, { patch, preparation: plan, unseen });

  emit({ kind: "stage", stage: "transfer", title: `Fine-tuning on ${train.length} labeled scans` });
  const data = { classes, patch, train, validation, test: [] };
  const { weights, step } = await fineTuneSegmentation({ ...request, start, ...data });
  const network = transferNetwork(start.encoder, config, classes);
  await saveTransferModel(
    store,
    { network, encoder: start.encoder, weights, patch },
    {
      ...{ task: "segmentation", classes: classNames(plan), labels: labelOfClass(plan), step },
      preparation: `RAS, ${plan.spacingMm.join(" x ")} mm, clipped to the percentiles ${plan.clipPercentiles.join(" and ")}, z-scored`,
    },
  );
  const segmenter = await createTransferSegmenter({ encoder: start.encoder, config, classes, patch });
  const label: PredictCase = (prepared) => segmenter.probabilities(weights, prepared, signal);
  if (manifest.test.length > 0) emit({ kind: "stage", stage: "segment", title: "Segment the test scans" });
  const output = subfolder(store, RUN_FOLDER.predictions);
  await labelTransferred({ ...request, scans: manifest.test, plan, label, output, existing: "keep" });
  await segmenter.dispose();
  const { table, value } = await scoreTestScans(request, manifest, plan, unseen);
  const note = missing === undefined ? "" : `\nNote: ${missing}.\n`;
  return finish(request, step, { table: `${table.trimEnd()}\n${note}`, value: { ...value, unseen } });
}

async function transferClassification(
  request: TransferRequest,
  start: TransferStart,
  manifest: ClassificationManifest,
): Promise<TransferResult> {
  const { config, store, readFile, signal, emit } = request;
  const { classes } = manifest;
  casesByClass(
    manifest.train.map(({ class: name }) => ({ classIndex: classes.indexOf(name) })),
    classes,
  );
  const load = cubeLoader(readFile, classes, signal);
  const train = await load(manifest.train);
  const chosen = takeSome(manifest.validation, config.validationCases, config.seed, (one) => one.class);
  const [validation, test] = [await load(chosen), await load(manifest.test)];
  const known = await readTransferPlan(store, z.string());
  const patch = known?.patch ?? choosePatch(config.patch, train, start.encoder);
  const preparation = "RAS, own voxels, z-scored as a whole, cut or padded with the smallest value round the middle";
  await begin(request, start, classes.length, { patch, preparation });

  emit({
    kind: "stage",
    stage: "transfer",
    title: `Fine-tuning on ${train.length} images of ${classes.length} classes`,
  });
  const tuned = await fineTuneClassification({ ...request, start, classes, patch, train, validation, test });
  const network = transferNetwork(start.encoder, config, classes.length);
  await saveTransferModel(
    store,
    { network, encoder: start.encoder, weights: tuned.weights, patch },
    { task: "classification", classes, step: tuned.step, preparation },
  );
  if (test.length === 0) return finish(request, tuned.step, { table: "There are no test cases.\n", value: {} });
  const random = createRandom(config.seed, "transfer", "bootstrap").uniform;
  const scores = classificationScores(tuned.test, classes.length, random);
  const table = classificationTable(scores, classes);
  await writeText(store, `${RUN_FOLDER.predictions}/test.csv`, predictionsCsv(tuned.test, classes));
  await writeJson(store, `${RUN_FOLDER.evaluation}/metrics.json`, { classes, ...scores });
  await writeText(store, `${RUN_FOLDER.evaluation}/confusion.csv`, confusionCsv(scores, classes));
  await writeText(store, `${RUN_FOLDER.evaluation}/table.txt`, table);
  return finish(request, tuned.step, { table, value: { classes, ...scores } });
}

/** Labels that none of the drawn cases shows are left out: no label of a case that is not drawn is ever read. */
async function planOf(
  { readFile, signal, emit }: TransferRequest,
  manifest: SegmentationManifest,
): Promise<Pick<TransferPlan<DomainPlan>, "preparation" | "unseen">> {
  const { name, labels, train, validation } = manifest;
  const asDataset = { name, labels, atlases: train, unlabeled: [], validation, test: [] };
  const options = { validationShare: 0, unseen: "leave-out", signal, emit } as const;
  const preparation = await planDomain(name, asDataset, readFile, options);
  return { preparation, unseen: unseenLabels(preparation) };
}

/** The last checks, then the first files; `config.json` last, so that a folder that has it has the others. */
async function begin<Preparation>(
  { config, manifest, store, environment }: TransferRequest,
  { encoder, report }: TransferStart,
  classes: number,
  plan: TransferPlan<Preparation>,
): Promise<void> {
  frozenParts(transferNetwork(encoder, config, classes), config.freeze);
  if ((await store.read(RUN_FOLDER.config)) !== undefined) return; // it goes on
  await writeJson(store, RUN_FOLDER.manifest, manifest);
  await writeJson(store, RUN_FOLDER.plan, plan);
  await writeJson(store, RUN_FOLDER.environment, environment);
  if (report !== undefined) await writeText(store, LOAD_REPORT, describeLoad(report));
  await writeJson(store, RUN_FOLDER.config, config);
}

/** Test scans in the figure. */
const PICTURED = 8;

/** Scores the label maps of the test scans that have labels, in the plan's terms: `evaluation/`. */
async function scoreTestScans(
  { config, store, readFile, signal, emit }: TransferRequest,
  { test }: SegmentationManifest,
  plan: DomainPlan,
  unseen: readonly number[],
): Promise<TransferResult> {
  const labels = scoredLabels(plan, unseen);
  const names = Object.fromEntries(labels.map((label) => [String(label), plan.labels[String(label)]?.name ?? ""]));
  const cases: MethodCases["cases"][number][] = [];
  const pictured: LabeledScan[] = [];
  const meter = stepMeter("evaluate", test.length);
  for (const [index, { id, image, labels: truthPath }] of test.entries()) {
    signal.throwIfAborted();
    if (truthPath !== undefined) {
      const path = `${RUN_FOLDER.predictions}/${predictionPath("", id)}`;
      const prediction = await readLabelMap(async () => (await store.read(path)) ?? new Uint8Array(), path);
      const truth = await readLabelMap(readFile, truthPath);
      cases.push({ id, metrics: comparePair({ id, labels, ...inTermsOfPlan(plan, unseen, { prediction, truth }) }) });
      if (pictured.length < PICTURED) {
        const { volume } = await readScan(readFile, image);
        pictured.push({ volume, labelMaps: [truth, prediction] });
      }
    }
    emit(meter(index + 1));
  }
  if (cases.length === 0) return { table: "No test scan has labels, so nothing was scored.\n", value: { scores: [] } };
  const methods: readonly MethodCases[] = [{ method: "transfer", cases }];
  const random = (): (() => number) => createRandom(config.seed, "bootstrap").uniform;
  await writeReport(store, RUN_FOLDER.evaluation, methods, names, random());
  await store.write(`${RUN_FOLDER.evaluation}/overview.png`, scansFigure(pictured, labels));
  const { table, scores } = resultOf(methods, names, random());
  return { table, value: { scores } };
}

async function finish(request: TransferRequest, step: number, result: TransferResult): Promise<TransferResult> {
  const { config, manifest, store } = request;
  await writeText(store, RUN_FOLDER.readme, transferReadme({ config, manifest, step, table: result.table }));
  return { ...result, value: { step, ...result.value } };
}

/** Up to `count` of the cases, of every group some. */
function takeSome<T extends { readonly id: string }>(
  cases: readonly T[],
  count: number,
  seed: number,
  groupOf: (one: T) => string,
): readonly T[] {
  return cases.length <= count ? cases : takeLabeled(cases, count, seed, groupOf);
}

async function inTurn<T, U>(items: readonly T[], act: (item: T) => Promise<U>, signal: AbortSignal): Promise<U[]> {
  const results: U[] = [];
  for (const item of items) {
    signal.throwIfAborted();
    results.push(await act(item));
  }
  return results;
}

function writeJson(store: Store, path: string, value: unknown): Promise<void> {
  return writeText(store, path, `${JSON.stringify(value, null, 2)}\n`);
}

function writeText(store: Store, path: string, text: string): Promise<void> {
  return store.write(path, new TextEncoder().encode(text));
}
