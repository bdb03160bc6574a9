/**
 * How good an atlas would each training scan have been? One spatial model learns to register any training scan to any
 * other; then each takes its turn as the atlas and its labels are warped onto the validation scans (SAS). This rates
 * `voxelsmith choose-atlas`, which sees no label, and says how much rests on the atlas. It reads every training label,
 * so its results choose nothing.
 * Usage: npx tsx bench/atlas-study.ts COMPARISON RANKING [STEPS]; a folder of `voxelsmith compare` whose arm supervised is
 * done, and what `voxelsmith choose-atlas --all -o RANKING` wrote. Writes bench/results/atlas-study-NAME.json.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { folderStore, readBytes } from "../packages/cli/src/files.ts";
import { createSingleAtlas } from "../packages/core/src/baselines/single-atlas.ts";
import { openValidationScans } from "../packages/core/src/compare/validation-scans.ts";
import { meanDiceOfClasses } from "../packages/core/src/evaluate/mean-dice.ts";
import { mostProbable } from "../packages/core/src/prepare/most-probable.ts";
import { openPrepared, type PreparedSet } from "../packages/core/src/prepare/prepared-set.ts";
import { presetConfig } from "../packages/core/src/run/config.ts";
import type { RunContext } from "../packages/core/src/run/context.ts";
import { layeredStore } from "../packages/core/src/run/layered-store.ts";
import { createSpatialModel, type SpatialWeights } from "../packages/core/src/spatial/apply.ts";
import { trainSpatial } from "../packages/core/src/spatial/train.ts";
import { findSpatialWeights } from "../packages/core/src/spatial/weights.ts";
import { machine } from "./sides.ts";

const [folder, ranking, steps = "2500"] = process.argv.slice(2);
if (ranking === undefined) throw new Error("Usage: npx tsx bench/atlas-study.ts COMPARISON RANKING [STEPS]");
const threads = availableParallelism();
const preset = presetConfig("fast", { seed: 1, device: "cpu", threads });
const config = { ...preset, spatial: { ...preset.spatial, steps: Number(steps) } };

const arm = folderStore(join(folder, "arms/supervised/seed-1")); // its atlases are all labeled training scans
const scans = layeredStore(arm, folderStore(join(folder, "shared")));
const context: RunContext = {
  config,
  manifest: JSON.parse(readFileSync(join(folder, "arms/supervised/seed-1/manifest.json"), "utf8")),
  store: layeredStore(folderStore(join(folder, "atlas-study")), scans),
  readFile: readBytes,
  signal: new AbortController().signal,
  emit: (event) => void (event.kind === "step" && event.step % 100 === 0 && console.log(event.step)),
};
const opened = await openPrepared(context);
const prepared: PreparedSet = { ...opened, subjects: opened.atlases.map(({ id }) => id) };
const weights: SpatialWeights =
  (await findSpatialWeights(context.store, config.spatial)) ?? (await trainSpatial(context, prepared));

const classes = prepared.labels.length + 1;
const parts = { classes, extents: prepared.extents };
const spatial = await createSpatialModel(config.spatial, weights, prepared.extents, config);
const validation = await openValidationScans(context, prepared);
const similarities = new Map<string, number>();
for (const { id, similarity } of JSON.parse(readFileSync(ranking, "utf8")).ranking) similarities.set(id, similarity);

interface Row {
  readonly id: string;
  /** Mean Dice of SAS over classes and validation scans. */
  readonly dice: number;
  readonly similarity: number | undefined;
}
const rows: Row[] = [];
for (const atlas of prepared.atlases) {
  const sas = await createSingleAtlas([atlas], spatial, parts, config);
  let sum = 0;
  for (const { image, classes: truth } of validation) {
    sum += meanDiceOfClasses(mostProbable(await sas.probabilities(image), classes), truth, classes) ?? 0;
  }
  await sas.dispose();
  rows.push({ id: atlas.id, dice: sum / validation.length, similarity: similarities.get(atlas.id) });
  console.log(atlas.id, (sum / validation.length).toFixed(4));
}

const sorted = [...rows].sort((a, b) => b.dice - a.dice);
const bySimilarity = [...rows].sort((a, b) => (b.similarity ?? 0) - (a.similarity ?? 0));
const place = ({ id }: Row): number => sorted.findIndex((row) => row.id === id) + 1;
const { name } = context.manifest;
const result = {
  machine: machine(threads),
  steps: config.spatial.steps,
  validationScans: validation.length,
  best: sorted[0],
  median: sorted[Math.floor(sorted.length / 2)],
  worst: sorted[sorted.length - 1],
  mostSimilar: bySimilarity.slice(0, 10).map((row) => ({ ...row, place: place(row) })),
  rankCorrelation: rankCorrelation(
    rows.map(({ similarity }) => similarity ?? 0),
    rows.map(({ dice }) => dice),
  ),
  scans: sorted,
};
const path = fileURLToPath(new URL(`results/atlas-study-${name}.json`, import.meta.url));
writeFileSync(path, `${JSON.stringify(result, null, 1)}\n`);
console.log(`written to ${path}`);

/** Spearman's rho: the correlation of the ranks. */
function rankCorrelation(a: readonly number[], b: readonly number[]): number {
  const [ranksA, ranksB] = [ranks(a), ranks(b)];
  const middle = (a.length - 1) / 2;
  const sumOver = (term: (at: number) => number): number => a.reduce((sum, _, at) => sum + term(at), 0);
  const spread = sumOver((at) => (at - middle) ** 2); // the same for both
  return sumOver((at) => (ranksA[at] - middle) * (ranksB[at] - middle)) / spread;
}

function ranks(values: readonly number[]): readonly number[] {
  const order = values.map((_, at) => at).sort((p, q) => values[p] - values[q]);
  const rank: number[] = [];
  order.forEach((at, place) => {
    rank[at] = place;
  });
  return rank;
}
