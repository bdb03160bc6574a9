import type { LabeledCase } from "../dataset/manifest.ts";
import { openCases } from "../domains/open-cases.ts";
import { classCount, type DomainPlan, domainPlanSchema } from "../domains/plan.ts";
import { planDomain } from "../domains/plan-domain.ts";
import { type LabeledVolume, prepareCase, toClasses, undoCase } from "../domains/prepare-case.ts";
import { meanDiceOfClasses } from "../evaluate/mean-dice.ts";
import { readLabeledScan } from "../io/read-scan.ts";
import { RUN_FOLDER } from "../run/run-folder.ts";
import { writeJson } from "../run/store.ts";
import { choosePatch } from "../transfer/choose-patch.ts";
import { takeLabeled } from "../transfer/draw-split.ts";
import {
  createTransferSegmenter,
  fineTuneSegmentation,
  type SegmentationCase,
} from "../transfer/fine-tune-segmentation.ts";
import type { SegmentationManifest } from "../transfer/transfer-manifest.ts";
import { readTransferPlan, type TransferPlan } from "../transfer/transfer-plan.ts";
import type { Grid } from "../volume/volume.ts";
import { curveScores, type OpenTarget, type OpenTargetRequest } from "./open-target.ts";
import type { SegmentedCase } from "./results.ts";

/** A test scan: what the network sees, and what is true on the scan's own grid. */
interface TestScan {
  readonly prepared: LabeledVolume;
  readonly grid: Grid;
  /** Class index of each voxel. */
  readonly truth: Float32Array;
}

/** @throws InputError for scans that cannot be read, and labels that no training case has */
export async function openSegmentation(
  request: OpenTargetRequest,
  manifest: SegmentationManifest,
): Promise<OpenTarget> {
  const { readFile, signal, emit, validationCases, seed } = request;
  const all = labeledCases(manifest);
  const byId = new Map(all.map((one) => [one.id, one]));
  const { patch, preparation: plan } = await planOf(request, manifest);
  const classes = classCount(plan);
  const cases = openCases(plan, all, readFile);
  const tests = new Map<string, TestScan>();

  const prepared = async (ids: readonly string[]): Promise<SegmentationCase[]> => {
    const found: SegmentationCase[] = [];
    for (const id of ids) {
      signal.throwIfAborted();
      found.push({ id, ...(await cases(id)) });
    }
    return found;
  };
  const testScan = async (id: string): Promise<TestScan> => {
    const known = tests.get(id);
    if (known !== undefined) return known;
    const paths = byId.get(id);
    if (paths === undefined) throw new RangeError(`${manifest.name} has no test scan ${id}`);
    const { volume, labels } = await readLabeledScan(readFile, paths);
    const { dims, affine } = volume;
    const scan = { prepared: prepareCase(plan, volume), grid: { dims, affine }, truth: toClasses(plan, labels.data) };
    tests.set(id, scan);
    return scan;
  };

  return {
    async fineTune({ config, start, store, split, training }) {
      const ids = split.validation.map((id) => ({ id }));
      const chosen = ids.length <= validationCases ? ids : takeLabeled(ids, validationCases, seed, () => "");
      const tuned = await fineTuneSegmentation({
        ...{ config, store, signal, emit, start, classes, patch, test: [] },
        train: await prepared(training),
        validation: await prepared(chosen.map(({ id }) => id)),
      });
      const segmenter = await createTransferSegmenter({ encoder: start.encoder, config, classes, patch });
      const segmented: SegmentedCase[] = [];
      try {
        for (const id of split.test) {
          signal.throwIfAborted();
          const scan = await testScan(id);
          const probabilities = await segmenter.probabilities(tuned.weights, scan.prepared, signal);
          const found = toClasses(plan, undoCase(plan, probabilities, scan.grid).data);
          const meanDice = meanDiceOfClasses(found, scan.truth, classes);
          if (meanDice !== null) segmented.push({ id, meanDice });
        }
      } finally {
        await segmenter.dispose();
      }
      return { ...curveScores(tuned), segmented };
    },
    missed: ({ test }) => ({ segmented: test.map((id) => ({ id, meanDice: 0 })) }),
  };
}

/** All cases with labels, the training cases first. */
function labeledCases({ train, validation, test }: SegmentationManifest): readonly LabeledCase[] {
  const scored = test.flatMap(({ id, image, labels }) => (labels === undefined ? [] : [{ id, image, labels }]));
  return [...train, ...validation, ...scored];
}

/** Spacing, classes and patch: derived once from the labeled cases (with folds from all), and kept. */
async function planOf(request: OpenTargetRequest, manifest: SegmentationManifest): Promise<TransferPlan<DomainPlan>> {
  const { target, store, readFile, signal, emit, encoder } = request;
  const known = await readTransferPlan(store, domainPlanSchema);
  if (known !== undefined) return known;
  const { name } = target;
  const isCrossValidated = target.folds > 1;
  const atlases = isCrossValidated ? labeledCases(manifest) : manifest.train;
  const validation = isCrossValidated ? [] : manifest.validation;
  const asDataset = { name, labels: manifest.labels, atlases, unlabeled: [], validation, test: [] };
  const preparation = await planDomain(name, asDataset, readFile, { validationShare: 0, signal, emit });
  const cases = openCases(preparation, [...atlases, ...validation], readFile);
  const extents: { readonly extents: readonly number[] }[] = [];
  for (const { id } of atlases) extents.push({ extents: (await cases(id)).extents });
  const plan = { patch: choosePatch(request.patch, extents, encoder), preparation };
  await writeJson(store, RUN_FOLDER.plan, plan);
  return plan;
}
