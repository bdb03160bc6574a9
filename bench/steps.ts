import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { countOption, havePyTorch, here, machine, median, option, startOurs, startPeer } from "./sides.ts";

/**
 * Times whole training steps against PyTorch: `npx tsx bench/steps.ts [--only CASE,CASE] [--repetitions 15] [--threads 2] [--save]`.
 * Both sides are long-lived processes with the same weights, inputs, loss and thread count; they take turns, A B A B,
 * and while one runs the other waits for a line. Ratios are formed pair by pair, so that a machine shared with other
 * work slows both. Processor time is printed too: with `--threads 1` nothing spins and it hardly feels the neighbours.
 * On a shared machine PyTorch's waiting threads spin and lose far more than ours, which flatters us:
 * `OMP_WAIT_POLICY=PASSIVE GOMP_SPINCOUNT=0` before the command takes that away.
 */
const WARMUP = 4;
const THREADS = countOption("threads", 2);
const repetitions = countOption("repetitions", 15);
const CASES = ["voxelmorph-ncc", "voxelmorph-mse", "unet", "paper-ncc", "fast-ncc-full", "fast-ncc-half"];

const summary = (values: readonly number[]): Record<"median" | "min" | "max", number> => ({
  median: Number(median(values).toPrecision(4)),
  min: Number(Math.min(...values).toPrecision(4)),
  max: Number(Math.max(...values).toPrecision(4)),
});

const shown = (label: string, unit: string, { median: m, min, max }: ReturnType<typeof summary>): string =>
  `${label} ${m}${unit} (${min}-${max})`;

async function measure(name: string, havePeer: boolean): Promise<Record<string, unknown>> {
  const folder = mkdtempSync(join(tmpdir(), "voxelsmith-steps-"));
  try {
    const ours = await startOurs("step-worker.ts", [name, folder, String(THREADS)]);
    const script = PEERS[name];
    const peer = havePeer && script !== undefined ? await startPeer(script, folder) : null;
    const [mine, theirs, ratios, busy]: [number[], number[], number[], number[]] = [[], [], [], []];
    let worst = 0;
    for (let repetition = -WARMUP; repetition < repetitions; repetition++) {
      const a = await ours.step();
      const b = await peer?.step();
      if (b !== undefined) worst = Math.max(worst, Math.abs(a.loss - b.loss) / Math.abs(b.loss));
      if (repetition < 0) continue;
      mine.push(a.ms);
      if (b === undefined) continue;
      theirs.push(b.ms);
      ratios.push(a.ms / b.ms);
      busy.push(a.cpuMs / b.cpuMs);
    }
    const { peakMb: ourPeak } = await ours.end();
    const line = [shown(`${name}: ours`, " ms", summary(mine)), `peak ${ourPeak.toFixed(0)} MB`];
    const result: Record<string, unknown> = { oursMs: summary(mine), oursPeakMb: Math.round(ourPeak) };
    if (peer !== null) {
      if (worst > 1e-3) throw new Error(`${name}: the losses differ by ${worst}, so this is not the same computation`);
      const { peakMb: theirPeak, version } = await peer.end();
      Object.assign(result, {
        peerMs: summary(theirs),
        peerPeakMb: Math.round(theirPeak),
        ratio: summary(ratios),
        cpuTimeRatio: summary(busy),
        peakRatio: Number((ourPeak / theirPeak).toPrecision(3)),
        largestLossDifference: Number(worst.toPrecision(2)),
        peer: `PyTorch ${version}`,
      });
      line.push(shown("| PyTorch", " ms", summary(theirs)), `peak ${theirPeak.toFixed(0)} MB`);
      line.push(shown("| ratio", "", summary(ratios)), `memory ${(ourPeak / theirPeak).toFixed(2)}`);
      line.push(shown("| processor time", "x", summary(busy)), `| loss agrees to ${worst.toExponential(1)}`);
    }
    console.log(line.join(" "));
    return result;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The peer's script of a case; the other cases are timed alone. */
const PEERS: Readonly<Record<string, string>> = {
  "voxelmorph-ncc": "voxelmorph_step.py",
  "voxelmorph-mse": "voxelmorph_step.py",
  unet: "unet_step.py",
};

const havePeer = havePyTorch();
const only = option("only");
const cases: Record<string, unknown> = {};
for (const name of CASES.filter((one) => only === undefined || only.split(",").includes(one))) {
  cases[name] = await measure(name, havePeer);
}
if (process.argv.includes("--save")) {
  const conditions = { extents: [48, 64, 48], batch: 1, repetitions, order: "interleaved A B A B", optimizer: "Adam" };
  writeFileSync(
    join(here, "results/steps.json"),
    `${JSON.stringify({ machine: machine(THREADS), conditions, cases }, null, 2)}\n`,
  );
  console.log("saved bench/results/steps.json");
}
process.exit(0);
