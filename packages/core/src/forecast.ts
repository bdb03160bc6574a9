import {
  type CompileOptions,
  compileTrainer,
  initializeWeights,
  type Shape,
  sizeOf,
  type TrainingStep,
} from "@voxelsmith/engine";
import { appearanceStep } from "./appearance/train.ts";
import type { Manifest } from "./dataset/manifest.ts";
import { type ReadFile, readLabeledScan } from "./io/read-scan.ts";
import { fieldExtents, registrationParameters } from "./networks/registration-net.ts";
import { createScanAligner, placeScan } from "./prepare/align-scan.ts";
import { planOf } from "./prepare/derive-plan.ts";
import type { RunConfig } from "./run/config.ts";
import { segmenterParameters } from "./segment/graph.ts";
import { createSegmenter } from "./segment/predict.ts";
import { segmenterStep } from "./segment/train.ts";
import { createSpatialModel } from "./spatial/apply.ts";
import { networkConfig } from "./spatial/graph.ts";
import { spatialStep } from "./spatial/train.ts";
import { type AtlasArrays, changesOf, createSynthesizer, type Synthesizer } from "./synthesize/apply.ts";
import { drawExample } from "./synthesize/draw.ts";
import { labelValues } from "./volume/label-map.ts";

/** What a run of these settings on these data will take on this machine. */
export interface Forecast {
  readonly seconds: number;
  readonly memoryBytes: number;
  readonly stages: readonly { readonly stage: string; readonly seconds: number }[];
}

export interface ForecastRequest {
  readonly config: RunConfig;
  readonly manifest: Manifest;
  readFile: ReadFile;
  /** What the process holds right now: core cannot know. */
  memoryBytes(): number;
}

/** Steps that a measured alignment takes at each resolution. */
const ALIGNMENT_STEPS = 2;
const REPEATS = 3;
/** A slow step is not repeated once its measurement has taken this long. */
const ENOUGH_SECONDS = 3;
/** Prepared images, fields and appearance changes that a run keeps in memory, at most, each. */
const KEPT_BYTES = 512 * 2 ** 20;

/** Seconds that each repeated piece of work takes once, and the most memory that was seen meanwhile. */
interface Costs {
  /** Alignment and preparation of one scan. */
  readonly scan: number;
  readonly spatialStep: number;
  /** One pass of the spatial model. */
  readonly registration: number;
  readonly appearanceStep: number;
  readonly example: number;
  readonly segmenterStep: number;
  /** One pass of the segmenter. */
  readonly labeling: number;
  readonly peakBytes: number;
  readonly voxels: number;
  /** Numbers of a field for each voxel of the images. */
  readonly fieldShare: number;
}

/**
 * Measures a few steps of every training graph at the shape that preparation would give, and multiplies. Reads the
 * first atlas only. Reading, writing and scoring the scans is not counted: it is small beside training.
 */
export async function forecastRun(request: ForecastRequest): Promise<Forecast> {
  const { spatial, appearance, segment, synthesize } = request.config;
  const { atlases, unlabeled, test } = request.manifest;
  const cost = await measureCosts(request);
  const subjects = unlabeled.length;
  const networks = spatial.directions === "one-network" ? 1 : 2;
  const validations = Math.ceil(segment.steps / segment.validateEvery) * segment.validationExamples;
  const transforms = 2 * cost.registration * subjects; // of every subject, once
  const stages = [
    { stage: "prepare", seconds: cost.scan * (atlases.length - 1 + subjects) },
    { stage: "spatial", seconds: cost.spatialStep * spatial.steps * networks },
    { stage: "appearance", seconds: (cost.appearanceStep + 2 * cost.registration) * appearance.steps },
    { stage: "synthesize", seconds: cost.example * synthesize.examples },
    {
      stage: "segmenter",
      seconds: (cost.segmenterStep + cost.example) * segment.steps + cost.labeling * validations + transforms,
    },
    { stage: "segment", seconds: (cost.scan + cost.labeling + cost.registration) * test.length },
    { stage: "evaluate", seconds: cost.registration * subjects },
  ];
  const bytes = Float32Array.BYTES_PER_ELEMENT * cost.voxels * subjects;
  const kept = Math.min(KEPT_BYTES, bytes) + Math.min(KEPT_BYTES, bytes * (1 + cost.fieldShare));
  const seconds = stages.reduce((sum, stage) => sum + stage.seconds, 0);
  return { seconds, memoryBytes: cost.peakBytes + kept, stages };
}

async function measureCosts({ config, manifest, readFile, memoryBytes }: ForecastRequest): Promise<Costs> {
  const { spatial, segment, seed } = config;
  const options: CompileOptions = { device: config.device, threads: config.threads };
  const [atlas] = manifest.atlases;
  const { volume, labels } = await readLabeledScan(readFile, atlas);
  const classes = labelValues(labels).filter((label) => label !== 0).length + 1;
  const plan = planOf(config.prepare, atlas.id, volume);
  const [i, j, k] = plan.reference.dims;
  const extents: Shape = [k, j, i];
  const voxels = sizeOf(extents);
  let peakBytes = memoryBytes();
  const measure = async (action: () => Promise<unknown>): Promise<number> => {
    const seconds = await medianSeconds(action);
    peakBytes = Math.max(peakBytes, memoryBytes());
    return seconds;
  };
  const measureStep = async (definition: TrainingStep): Promise<number> => {
    const trainer = await compileTrainer(definition, { ...options, seed });
    const zeros = Object.entries(definition.inputs).map(([name, shape]) => [name, new Float32Array(sizeOf(shape))]);
    const seconds = await measure(() => trainer.run(Object.fromEntries(zeros)));
    await trainer.dispose();
    return seconds;
  };

  const placed = placeScan(volume, plan, atlas.id);
  const briefly = { ...config.prepare, alignmentSteps: ALIGNMENT_STEPS };
  const aligner = await createScanAligner(plan, placed, briefly, config);
  const placing = await measure(async () => placeScan(volume, plan, atlas.id));
  const aligning = await measure(() => aligner.align(volume, atlas.id));
  await aligner.dispose();

  // The segmenter trains while the models before it stand ready to make its examples: so they do here.
  const spatialSeconds = await measureStep(spatialStep(spatial, extents));
  const weights = initializeWeights(registrationParameters(networkConfig(spatial)), seed);
  const model = await createSpatialModel(spatial, { forward: weights, backward: weights }, extents, options);
  const registration = await measure(() => model.atlasToSubject(placed.image, placed.image));
  const appearanceSeconds = await measureStep(appearanceStep(config.appearance, extents));
  const synthesizer = await createUnmovedSynthesizer(config, placed.image, extents);
  const targets = { atlases: [atlas.id], subjects: [atlas.id] };
  const draw = drawExample(config.synthesize, targets, { seed, stream: "training", index: 0 });
  const example = await measure(() => synthesizer.apply(draw));
  const segmenterSeconds = await measureStep(segmenterStep(segment, classes, extents));
  const initial = initializeWeights(segmenterParameters(segment, classes), seed);
  const mirroredClasses = Array.from({ length: classes }, (_, one) => one); // which ones change places takes no time
  const segmenter = await createSegmenter(segment, classes, initial, extents, { ...options, mirroredClasses });
  const labeling = await measure(() => segmenter.classify(placed.image));
  for (const one of [segmenter, synthesizer, model]) await one.dispose();
  return {
    scan: placing + (Math.max(0, aligning - placing) * config.prepare.alignmentSteps) / ALIGNMENT_STEPS,
    spatialStep: spatialSeconds,
    registration,
    appearanceStep: appearanceSeconds,
    example,
    segmenterStep: segmenterSeconds,
    labeling,
    peakBytes,
    voxels,
    fieldShare: (3 * sizeOf(fieldExtents(spatial, extents))) / voxels,
  };
}

/** A synthesizer whose transforms change nothing: as fast as a trained one. */
async function createUnmovedSynthesizer(config: RunConfig, image: Float32Array, extents: Shape): Promise<Synthesizer> {
  const field = fieldExtents(config.spatial, extents);
  const noField = new Float32Array(3 * sizeOf(field));
  const noChange = new Float32Array(image.length);
  const labeled = async (): Promise<AtlasArrays> => ({ image, classes: noChange });
  const transforms = { field: async () => noField, appearance: async () => noChange };
  return createSynthesizer(
    { extents, fieldExtents: field, labeled, transforms, changes: changesOf(config.synthesize) },
    config,
  );
}

/** The median of a few runs after a first one that does not count. */
async function medianSeconds(action: () => Promise<unknown>): Promise<number> {
  await action();
  const seconds: number[] = [];
  const started = Date.now();
  while (seconds.length < REPEATS && Date.now() - started < ENOUGH_SECONDS * 1000) {
    const before = performance.now();
    await action();
    seconds.push((performance.now() - before) / 1000);
  }
  return seconds.sort((a, b) => a - b)[Math.floor(seconds.length / 2)];
}
