import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { RESNET_CASES } from "./resnet-cases.ts";

/**
 * Times Med3D's encoders against PyTorch, as bench/steps.ts does the other networks:
 * `npx tsx bench/resnet-steps.ts [--only CASE,CASE] [--repetitions 15] [--threads 2] [--extent 16] [--save]`.
 * Both sides have the same weights, inputs and loss and take turns; ratios are formed pair by pair. `--extent` shrinks
 * the cubes: to see that both sides agree, not to time them.
 */
const PYTHON = "/usr/bin/python3"; // Debian's own: python3-torch lives there
const here = fileURLToPath(new URL(".", import.meta.url));
const root = join(here, "..");

const option = (name: string): string | undefined => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? undefined : process.argv[at + 1];
};
const threads = Math.max(Number(option("threads") ?? 2), 1);
const repetitions = Math.max(Number(option("repetitions") ?? 15), 1);
const warmup = Math.min(4, repetitions);

interface Answer {
  readonly ms: number;
  readonly cpuMs: number;
  readonly loss: number;
}

interface Side {
  step(): Promise<Answer>;
  /** The peak of memory, in MB. */
  end(): Promise<number>;
}

async function start(command: string, args: readonly string[]): Promise<Side> {
  const child = spawn(command, args, { cwd: root, stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<string> => {
    const { value, done } = await lines.next();
    if (done === true) throw new Error(`${command} ${args.join(" ")} ended early`);
    return value;
  };
  const ask = async (line: string): Promise<unknown> => {
    child.stdin.write(`${line}\n`);
    return JSON.parse(await next());
  };
  await next(); // "ready"
  return {
    step: async () => (await ask("step")) as Answer,
    end: async () => Math.round(((await ask("end")) as { peakMb: number }).peakMb),
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const low = sorted[Math.floor((sorted.length - 1) / 2)];
  return Number(((low + sorted[Math.floor(sorted.length / 2)]) / 2).toPrecision(4));
}

async function measure(name: string, extent: number, havePeer: boolean): Promise<Record<string, unknown>> {
  const folder = mkdtempSync(join(tmpdir(), "voxelsmith-resnet-"));
  try {
    const loader = ["--import", "tsx", join(here, "resnet-worker.ts"), name, String(extent), folder, String(threads)];
    const ours = await start("env", [`TSX_TSCONFIG_PATH=${join(root, "tsconfig.tests.json")}`, "node", ...loader]);
    const script = join(here, "peers/resnet_step.py");
    const peer = havePeer ? await start(PYTHON, [script, folder]) : undefined;
    const pairs: { readonly mine: Answer; readonly theirs?: Answer }[] = [];
    let worst = 0;
    for (let repetition = -warmup; repetition < repetitions; repetition++) {
      const mine = await ours.step();
      const theirs = await peer?.step();
      if (theirs !== undefined) worst = Math.max(worst, Math.abs(mine.loss / theirs.loss - 1));
      if (repetition >= 0) pairs.push(theirs === undefined ? { mine } : { mine, theirs });
    }
    const oursPeakMb = await ours.end();
    const oursMs = median(pairs.map(({ mine }) => mine.ms));
    if (peer === undefined) return { oursMs, oursPeakMb };
    if (worst > 1e-2) throw new Error(`${name}: losses differ by ${worst}, so this is not the same computation`);
    const both = pairs.flatMap(({ mine, theirs }) => (theirs === undefined ? [] : [{ mine, theirs }]));
    const peerPeakMb = await peer.end();
    return {
      oursMs,
      oursPeakMb,
      peerMs: median(both.map(({ theirs }) => theirs.ms)),
      peerPeakMb,
      ratio: median(both.map(({ mine, theirs }) => mine.ms / theirs.ms)),
      cpuTimeRatio: median(both.map(({ mine, theirs }) => mine.cpuMs / theirs.cpuMs)),
      peakRatio: Number((oursPeakMb / peerPeakMb).toPrecision(3)),
      largestLossDifference: Number(worst.toPrecision(2)),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const havePeer = spawnSync(PYTHON, ["-c", "import torch"]).status === 0;
if (!havePeer) console.log("PyTorch is not installed (Debian: apt-get install python3-torch): only our side is timed.");

const only = option("only");
const cases: Record<string, unknown> = {};
for (const [name, one] of Object.entries(RESNET_CASES)) {
  if (only !== undefined && !only.split(",").includes(name)) continue;
  const extent = Number(option("extent") ?? one.extent);
  const result = await measure(name, extent, havePeer);
  cases[name] = { extent, ...result };
  console.log(`${name}: ${JSON.stringify(cases[name])}`);
}
if (process.argv.includes("--save")) {
  const machine = { cpu: cpus()[0].model, cores: cpus().length, node: process.version, threads };
  const conditions = { batch: 1, repetitions, order: "interleaved A B A B", optimizer: "Adam" };
  const text = JSON.stringify({ machine, conditions, date: new Date().toISOString().slice(0, 10), cases }, null, 2);
  writeFileSync(join(here, "results/resnet-steps.json"), `${text}\n`);
  console.log("saved bench/results/resnet-steps.json");
}
process.exit(0);
