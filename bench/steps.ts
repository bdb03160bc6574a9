import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/**
 * Times whole training steps against PyTorch: `npx tsx bench/steps.ts [--only CASE,CASE] [--repetitions 15] [--threads 2] [--save]`.
 * Both sides are long-lived processes with the same weights, inputs, loss and thread count; they take turns, A B A B,
 * and while one runs the other waits for a line. Ratios are formed pair by pair, so that a machine shared with other
 * work slows both. Processor time is printed too: with `--threads 1` nothing spins and it hardly feels the neighbours.
 * On a shared machine PyTorch's waiting threads spin and lose far more than ours, which flatters us:
 * `OMP_WAIT_POLICY=PASSIVE GOMP_SPINCOUNT=0` before the command takes that away.
 */
const WARMUP = 4;
const PYTHON = "/usr/bin/python3"; // Debian's own: python3-torch lives there
const here = fileURLToPath(new URL(".", import.meta.url));
const root = join(here, "..");

const option = (name: string): string | undefined => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? undefined : process.argv[at + 1];
};
const THREADS = Math.max(Number(option("threads") ?? 2), 1);
const repetitions = Math.max(Number(option("repetitions") ?? 15), 1);
const CASES = ["voxelmorph-ncc", "voxelmorph-mse", "unet", "paper-ncc", "fast-ncc-full", "fast-ncc-half"];

interface Side {
  /** Sends a line, resolves to the JSON that comes back. */
  ask(line: string): Promise<Record<string, number | string | null>>;
}

async function start(command: string, args: readonly string[]): Promise<Side> {
  const child: ChildProcess = spawn(command, args, { cwd: root, stdio: ["pipe", "pipe", "inherit"] });
  if (child.stdout === null || child.stdin === null) throw new Error(`${command} has no pipes`);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const { stdin } = child;
  const next = async (): Promise<string> => {
    const { value, done } = await lines.next();
    if (done === true) throw new Error(`${command} ${args.join(" ")} ended early`);
    return value;
  };
  await next(); // "ready"
  return {
    async ask(line) {
      stdin.write(`${line}\n`);
      return JSON.parse(await next());
    },
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1 ? sorted[Math.floor(middle)] : (sorted[middle - 1] + sorted[middle]) / 2;
}

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
    const loader = ["--import", "tsx", join(here, "step-worker.ts"), name, folder, String(THREADS)];
    const ours = await start("env", [`TSX_TSCONFIG_PATH=${join(root, "tsconfig.tests.json")}`, "node", ...loader]);
    const script = PEERS[name];
    const peer = havePeer && script !== undefined ? await start(PYTHON, [join(here, "peers", script), folder]) : null;
    const [mine, theirs, ratios, busy]: [number[], number[], number[], number[]] = [[], [], [], []];
    let worst = 0;
    for (let repetition = -WARMUP; repetition < repetitions; repetition++) {
      const a = await ours.ask("step");
      const b = peer === null ? undefined : await peer.ask("step");
      if (b !== undefined)
        worst = Math.max(worst, Math.abs(Number(a.loss) - Number(b.loss)) / Math.abs(Number(b.loss)));
      if (repetition < 0) continue;
      mine.push(Number(a.ms));
      if (b === undefined) continue;
      theirs.push(Number(b.ms));
      ratios.push(Number(a.ms) / Number(b.ms));
      busy.push(Number(a.cpuMs) / Number(b.cpuMs));
    }
    const ourPeak = Number((await ours.ask("end")).peakMb);
    const line = [shown(`${name}: ours`, " ms", summary(mine)), `peak ${ourPeak.toFixed(0)} MB`];
    const result: Record<string, unknown> = { oursMs: summary(mine), oursPeakMb: Math.round(ourPeak) };
    if (peer !== null) {
      if (worst > 1e-3) throw new Error(`${name}: the losses differ by ${worst}, so this is not the same computation`);
      const theirEnd = await peer.ask("end");
      const theirPeak = Number(theirEnd.peakMb);
      Object.assign(result, {
        peerMs: summary(theirs),
        peerPeakMb: Math.round(theirPeak),
        ratio: summary(ratios),
        cpuTimeRatio: summary(busy),
        peakRatio: Number((ourPeak / theirPeak).toPrecision(3)),
        largestLossDifference: Number(worst.toPrecision(2)),
        peer: `PyTorch ${theirEnd.version}`,
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

const havePeer = spawnSync(PYTHON, ["-c", "import torch"]).status === 0;
if (!havePeer) console.log("PyTorch is not installed (Debian: apt-get install python3-torch): only our side is timed.");

const only = option("only");
const cases: Record<string, unknown> = {};
for (const name of CASES.filter((one) => only === undefined || only.split(",").includes(one))) {
  cases[name] = await measure(name, havePeer);
}
if (process.argv.includes("--save")) {
  const ort = JSON.parse(readFileSync(join(root, "node_modules/onnxruntime-node/package.json"), "utf8")).version;
  const machine = {
    cpu: cpus()[0].model,
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    onnxruntime: ort,
    threads: THREADS,
    date: new Date().toISOString().slice(0, 10),
  };
  const conditions = { extents: [48, 64, 48], batch: 1, repetitions, order: "interleaved A B A B", optimizer: "Adam" };
  writeFileSync(join(here, "results/steps.json"), `${JSON.stringify({ machine, conditions, cases }, null, 2)}\n`);
  console.log("saved bench/results/steps.json");
}
process.exit(0);
