/**
 * What the border between head and body of the hippocampus costs each arm of a comparison. Experts cut there by a plane
 * across the front-to-back axis (j in RAS), so a label map can be cut anew: where it cuts best itself, some slices in front of or
 * behind that, or where the truth does. Dice of both as one structure is what no border can spoil. Explains; chooses nothing.
 * Usage: npx tsx bench/border-study.ts COMPARISON LABELS; a folder of `voxelsmith compare` on msd-hippocampus, and the
 * folder of its true label maps. Writes bench/results/border-study.json.
 */
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readBytes } from "../packages/cli/src/files.ts";
import { HEADLINE } from "../packages/core/src/compare/label-and-score.ts";
import { countConfusion, diceOfCounts as dice, type LabelMap, readLabelMap } from "../packages/core/src/index.ts";

const [HEAD, BODY] = [1, 2];
const SHIFTS = [-3, -2, -1, 0, 1, 2];
const [comparison, labels] = process.argv.slice(2);
if (labels === undefined) throw new Error("Usage: npx tsx bench/border-study.ts COMPARISON LABELS");

const arms: Record<string, unknown> = {};
for (const arm of readdirSync(join(comparison, "arms")).sort()) {
  const folder = join(comparison, "arms", arm, "seed-1/predictions", HEADLINE);
  const scans = readdirSync(folder).filter((name) => name.endsWith(".nii.gz"));
  const rows: Scores[] = [];
  for (const name of scans) {
    const found = await readLabelMap(readBytes, join(folder, name));
    rows.push(scoresOf(found, await readLabelMap(readBytes, join(labels, name))));
  }
  const mean = (value: (row: Scores) => number): number => rows.reduce((sum, row) => sum + value(row), 0) / rows.length;
  const slicesInFront = mean((row) => row.slicesInFront);
  arms[arm] = {
    scans: rows.length,
    dice: mean((row) => row.dice),
    asOneStructure: mean((row) => row.asOne),
    slicesInFront,
    slicesInFrontSd: Math.sqrt(mean((row) => (row.slicesInFront - slicesInFront) ** 2)),
    cutShifted: Object.fromEntries(SHIFTS.map((by, at) => [by, mean((row) => row.shifted[at])])),
    cutWhereTheTruthIs: mean((row) => row.trueCut),
  };
  console.log(arm, JSON.stringify(arms[arm]));
}
const path = fileURLToPath(new URL("results/border-study.json", import.meta.url));
writeFileSync(path, `${JSON.stringify({ date: new Date().toISOString(), arms }, null, 1)}\n`);
console.log(`written to ${path}`);

interface Scores {
  readonly dice: number;
  readonly asOne: number;
  /** How far the label map's own cut lies in front of the true one. */
  readonly slicesInFront: number;
  readonly shifted: readonly number[];
  readonly trueCut: number;
}

function scoresOf(found: LabelMap, truth: LabelMap): Scores {
  const [own, real] = [cutOf(found), cutOf(truth)];
  const score = (map: LabelMap): number => (diceOf(map, truth, HEAD) + diceOf(map, truth, BODY)) / 2;
  return {
    dice: score(found),
    asOne: diceOf(cutAt(found, 0), cutAt(truth, 0), HEAD),
    slicesInFront: own - real,
    shifted: SHIFTS.map((by) => score(cutAt(found, own + by))),
    trueCut: score(cutAt(found, real)),
  };
}

/** The first slice of the head, where most voxels keep their label if all from it on are head and all before it body. */
function cutOf(map: LabelMap): number {
  const [, slices] = map.dims;
  const heads = new Array<number>(slices).fill(0);
  const bodies = new Array<number>(slices).fill(0);
  map.data.forEach((label, at) => {
    if (label === HEAD) heads[sliceOf(map, at)]++;
    if (label === BODY) bodies[sliceOf(map, at)]++;
  });
  let kept = heads.reduce((sum, count) => sum + count, 0);
  let best = { kept, cut: 0 };
  for (let slice = 0; slice < slices; slice++) {
    kept += bodies[slice] - heads[slice];
    if (kept > best.kept) best = { kept, cut: slice + 1 };
  }
  return best.cut;
}

function cutAt(map: LabelMap, cut: number): LabelMap {
  return { ...map, data: map.data.map((label, at) => (label === 0 ? 0 : sliceOf(map, at) >= cut ? HEAD : BODY)) };
}

function sliceOf({ dims: [ni, nj] }: LabelMap, at: number): number {
  return Math.floor(at / ni) % nj;
}

function diceOf(map: LabelMap, truth: LabelMap, label: number): number {
  const mask = ({ data }: LabelMap): readonly number[] => Array.from(data, (value) => (value === label ? 1 : 0));
  return dice(countConfusion(mask(map), mask(truth)));
}
