/** @voxelsmith/core: from one labeled scan and many unlabeled ones to a segmenter. `recipe.ts` is the file to read first. */
// Errors

export * from "./appearance/apply.ts";
export { APPEARANCE_PRESETS, type AppearanceConfig } from "./appearance/config.ts";
export { appearanceStep, trainAppearance } from "./appearance/train.ts";
// The choice of an atlas
export type { AtlasRanking, CandidateScore, LeftOutScan, RankedCandidate } from "./atlas-choice/atlas-ranking.ts";
export { type ChooseAtlasRequest, chooseAtlas } from "./atlas-choice/choose-atlas.ts";
export { readScanPool, type ScanPool } from "./atlas-choice/scan-pool.ts";
// Baselines
export { createAffineOnly, createSingleAtlas } from "./baselines/single-atlas.ts";
// The comparison of all arms
export { armManifest, type ComparisonData, whyNot } from "./compare/arm-manifest.ts";
export { armSettings } from "./compare/arm-settings.ts";
export { type Comparison, type ComparisonScope, readComparison, saveComparison } from "./compare/comparison-record.ts";
export type { ComparisonState } from "./compare/jobs.ts";
export type * from "./compare/results.ts";
export * from "./comparison.ts";
// Data sets
export * from "./dataset/case-id.ts";
export * from "./dataset/check-against.ts";
export type { Listing } from "./dataset/layout.ts";
export { plainFolders } from "./dataset/layouts/plain-folders.ts";
export * from "./dataset/manifest.ts";
export * from "./dataset/read-dataset.ts";
export * from "./describe-folder.ts";
export { DivergenceError, InputError, type Problem } from "./errors.ts";
// Evaluation
export * from "./evaluate/boundary-iou.ts";
export * from "./evaluate/case-metrics.ts";
export * from "./evaluate/class-confusion.ts";
export { type DistanceMetric, distanceTransform, type Lattice } from "./evaluate/distance-transform.ts";
export * from "./evaluate/folding.ts";
export type { Mask } from "./evaluate/mask.ts";
export {
  absoluteVolumeDifferenceRatio,
  accuracy,
  balancedAccuracy,
  type Confusion,
  cohensKappa,
  countConfusion,
  dice as diceOfCounts,
  fBeta,
  jaccard,
  matthewsCorrelation,
  negativePredictiveValue,
  netBenefit,
  positiveLikelihoodRatio,
  precision,
  sensitivity,
  specificity,
  volumeSimilarity,
  youdenIndex,
} from "./evaluate/overlap.ts";
export * from "./evaluate/paired-gain.ts";
export * from "./evaluate/report.ts";
export * from "./evaluate/report-table.ts";
export * from "./evaluate/summary.ts";
export * from "./evaluate/surface-distance.ts";
export type { SurfaceConvention } from "./evaluate/surface-points.ts";
export { type Forecast, type ForecastRequest, forecastRun } from "./forecast.ts";
export * from "./io/nifti-read.ts";
export * from "./io/nifti-write.ts";
export * from "./io/read-scan.ts";
// Networks and losses
export * from "./losses/appearance-smoothness.ts";
export * from "./losses/cross-entropy.ts";
export * from "./losses/dice.ts";
export * from "./losses/displacement-smoothness.ts";
export * from "./losses/local-ncc.ts";
export * from "./losses/mse.ts";
export * from "./networks/appearance-net.ts";
export { describeEncoder } from "./networks/describe-encoder.ts";
export * from "./networks/registration-net.ts";
export * from "./networks/resnet.ts";
export * from "./networks/resnet-config.ts";
export * from "./networks/resnet-norm.ts";
export * from "./networks/unet.ts";
// Phantoms
export { PHANTOM_COHORT_DEFAULTS, type PhantomCohortOptions } from "./phantom/phantom-cohort.ts";
export { type WritePhantomCohortOptions, writePhantomCohort } from "./phantom/write-phantom-cohort.ts";
// Preparation, there and back
export { type Aligner, createAligner, type Placed } from "./prepare/align.ts";
export { createScanAligner, type ScanAligner } from "./prepare/align-scan.ts";
export * from "./prepare/derive-plan.ts";
export * from "./prepare/normalize.ts";
export * from "./prepare/plan.ts";
export * from "./prepare/prepare-volume.ts";
export { openPrepared, type PreparedAtlas, type PreparedSet } from "./prepare/prepared-set.ts";
export * from "./prepare/undo.ts";
// Pretraining on many data sets
export { EXAMPLE_SOURCES, PRETRAIN_PRESETS, type PretrainConfig } from "./pretrain/config.ts";
export type { Domain, PretrainContext } from "./pretrain/context.ts";
export { readPretraining } from "./pretrain/pretrain-folder.ts";
export * from "./pretrain/resolve-pretrain-config.ts";
export * from "./pretraining.ts";
// The whole method
export { prepare, register, runRecipe, synthesize, train } from "./recipe.ts";
// Runs: settings, folder, progress
export { ARM_NAMES, ARMS, type Arm, type ArmName, CLASSIC_SETTINGS, QUICK_SETTINGS } from "./run/arms.ts";
export * from "./run/checkpoint.ts";
export * from "./run/config.ts";
export type { RunContext } from "./run/context.ts";
export * from "./run/describe-run.ts";
export * from "./run/describe-settings.ts";
export type { EnvironmentRecord } from "./run/environment.ts";
export * from "./run/finish-run.ts";
export * from "./run/metrics-log.ts";
export * from "./run/progress.ts";
export * from "./run/read-run.ts";
export * from "./run/resolve-config.ts";
export * from "./run/run-folder.ts";
export * from "./run/run-readme.ts";
export * from "./run/store.ts";
export { type EvaluateRequest, evaluateFiles } from "./score/evaluate-files.ts";
export { SEGMENT_PRESETS, type SegmentConfig } from "./segment/config.ts";
export type { Labeler } from "./segment/labeler.ts";
export { findPlanarBorders, type PlanarBorder, straightenBorders } from "./segment/planar-borders.ts";
export { createSegmenter, type Segmenter, segmenterGraph } from "./segment/predict.ts";
export { segmenterStep, trainSegmenter } from "./segment/train.ts";
export { type SegmentRequest, segmentScans, segmentSettings } from "./segment-scans.ts";
// The four parts
export * from "./spatial/apply.ts";
export { SPATIAL_PRESETS, type SpatialConfig } from "./spatial/config.ts";
export { spatialStep, trainSpatial } from "./spatial/train.ts";
export * from "./synthesize/apply.ts";
export { HAND_TUNED, SYNTHESIZE_PRESETS, type SynthesizeConfig } from "./synthesize/config.ts";
export * from "./synthesize/draw.ts";
export { openSynthesizer } from "./synthesize/open.ts";
export { writeExamples } from "./synthesize/write-examples.ts";
// Transfer to a new task
export * from "./transfer/classification-report.ts";
export * from "./transfer/classification-scores.ts";
export { TRANSFER_PRESETS, type TransferConfig } from "./transfer/config.ts";
export { type Cube, cubeOf } from "./transfer/cube.ts";
export { takeLabeled } from "./transfer/draw-split.ts";
export type { FineTuned, TransferPoint } from "./transfer/fine-tune.ts";
export * from "./transfer/fine-tune-classification.ts";
export * from "./transfer/fine-tune-segmentation.ts";
export { type CubeLoader, cubeLoader } from "./transfer/load-cubes.ts";
export * from "./transfer/read-case-list.ts";
export { type Medmnist, readMedmnist } from "./transfer/read-medmnist.ts";
export * from "./transfer/resolve-transfer-config.ts";
export { SCRATCH, startOf, type TransferStart } from "./transfer/start-weights.ts";
export type { TransferContext } from "./transfer/training-context.ts";
export * from "./transfer/transfer-manifest.ts";
export { type ModelNotes, saveTransferModel, TRANSFER_MODEL } from "./transfer/transfer-model.ts";
export { type TransferNetwork, transferNetwork } from "./transfer/transfer-network.ts";
export { readTransferRun } from "./transfer/transfer-run.ts";
// The comparison of start weights over many tasks
export { DEFAULT_TRANSFER_ARMS, TRANSFER_ARM_NAMES } from "./transfer-comparison/arms.ts";
export { collectTransferResults } from "./transfer-comparison/collect-transfer-results.ts";
export { type ComparisonTarget, labeledSizes } from "./transfer-comparison/comparison-target.ts";
export { readSubjects } from "./transfer-comparison/read-subjects.ts";
export * from "./transfer-comparison/resolve-transfer-comparison.ts";
export type {
  TransferArm,
  TransferCell,
  TransferComparisonResults,
  TransferRun,
  TransferTarget,
} from "./transfer-comparison/results.ts";
export type { TransferComparisonSettings } from "./transfer-comparison/settings.ts";
export { checkVideoWeights } from "./transfer-comparison/start-of-arm.ts";
export type { TransferComparisonContext } from "./transfer-comparison/transfer-comparison-context.ts";
export * from "./transfer-comparison/transfer-comparison-record.ts";
export * from "./transfer-comparison.ts";
export {
  type Classified,
  classifierSettings,
  classifyTransferred,
  type TransferredRequest,
} from "./transferred.ts";
export * from "./transferring.ts";
// Volumes and files, bytes in and values out
export * from "./volume/affine.ts";
export * from "./volume/grid.ts";
export * from "./volume/label-map.ts";
export * from "./volume/orientation.ts";
export * from "./volume/resample.ts";
export type { Dims, Grid, LabelMap, Volume } from "./volume/volume.ts";
// Weights from elsewhere
export { describeLoad } from "./weights/describe-load.ts";
export * from "./weights/load-report.ts";
export type { ImportedArray, NamedArrays } from "./weights/named-arrays.ts";
export { readWeights } from "./weights/read-weights.ts";
export * from "./weights/state-dict-names.ts";
