import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RESNET_CASES, type ResnetCase } from "./resnet-cases.ts";
import { type Answer, countOption, havePyTorch, here, machine, median, option, startOurs, startPeer } from "./sides.ts";

/**
 * Times Med3D's encoders against PyTorch, as bench/steps.ts does the other networks:
 * `npx tsx bench/resnet-steps.ts [--only CASE,CASE] [--repetitions 15] [--threads 2] [--extent 16] [--save]`.
 * Both sides have the same weights, inputs and loss and take turns; ratios are formed pair by pair. `--extent` shrinks
 * the cubes: to see that both sides agree, not to time them. On a machine with other work, processor time
 * (`cpuTimeRatio`) says more than wall time.
 */
const WARMUP = 2;
const threads = countOption("threads", 2);
const repetitions = countOption("repetitions", 15);

/** Of the first losses, before any update: more would be another network. */
const LARGEST_DIFFERENCE = 1e-4;

const rounded = (values: readonly number[]): number => Number(median(values).toPrecision(4));

async function measure(name: string, { extent, drift }: ResnetCase, havePeer: boolean): Promise<unknown> {
  const folder = mkdtempSync(join(tmpdir(), "voxelsmith-resnet-"));
  try {
    const ours = await startOurs("resnet-worker.ts", [name, String(extent), folder, String(threads)]);
    const peer = havePeer ? await startPeer("resnet_step.py", folder) : undefined;
    const mine: Answer[] = [];
    const theirs: Answer[] = [];
    const differences: number[] = [];
    for (let repetition = -WARMUP; repetition < repetitions; repetition++) {
      const a = await ours.step();
      const b = await peer?.step();
      if (b !== undefined) differences.push(Math.abs(a.loss / b.loss - 1));
      if (repetition < 0) continue;
      mine.push(a);
      if (b !== undefined) theirs.push(b);
    }
    const oursPeakMb = Math.round((await ours.end()).peakMb);
    const own = { oursMs: rounded(mine.map(({ ms }) => ms)), oursCpuMs: rounded(mine.map(({ cpuMs }) => cpuMs)) };
    if (peer === undefined) return { extent, ...own, oursPeakMb };
    const [first, worst] = [differences[0], Math.max(...differences)];
    if (first > LARGEST_DIFFERENCE || worst > (drift ?? Number.POSITIVE_INFINITY)) {
      throw new Error(`${name}: losses differ by ${first}, later by ${worst}, so this is not the same computation`);
    }
    const { peakMb: peak, version } = await peer.end();
    const peerPeakMb = Math.round(peak);
    return {
      extent,
      ...own,
      oursPeakMb,
      peerMs: rounded(theirs.map(({ ms }) => ms)),
      peerCpuMs: rounded(theirs.map(({ cpuMs }) => cpuMs)),
      peerPeakMb,
      ratio: rounded(theirs.map(({ ms }, at) => mine[at].ms / ms)),
      cpuTimeRatio: rounded(theirs.map(({ cpuMs }, at) => mine[at].cpuMs / cpuMs)),
      peakRatio: Number((oursPeakMb / peerPeakMb).toPrecision(3)),
      firstLossDifference: Number(first.toPrecision(2)),
      largestLossDifference: Number(worst.toPrecision(2)),
      peer: `PyTorch ${version}`,
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const havePeer = havePyTorch();
const only = option("only")?.split(",");
const cases: Record<string, unknown> = {};
for (const [name, one] of Object.entries(RESNET_CASES)) {
  if (only !== undefined && !only.includes(name)) continue;
  const extent = countOption("extent", one.extent);
  cases[name] = await measure(name, { ...one, extent }, havePeer);
  console.log(`${name}: ${JSON.stringify(cases[name])}`);
}
if (process.argv.includes("--save")) {
  const conditions = { batch: 1, repetitions, order: "interleaved A B A B", optimizer: "Adam" };
  const text = JSON.stringify({ machine: machine(threads), conditions, cases }, null, 2);
  writeFileSync(join(here, "results/resnet-steps.json"), `${text}\n`);
  console.log("saved bench/results/resnet-steps.json");
}
process.exit(0);
