/**
 * The main job on real scans, as a user starts it: wall time and peak memory of the whole process, scores of its table.
 * Usage: npm run build && npx tsx bench/real-run.ts [DATASET] [RUN] [-- FLAGS of `voxelsmith run`]
 * Writes bench/results/real-run-NAME.json. Needs two quiet cores.
 */
import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { basename, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const split = process.argv.indexOf("--");
const own = process.argv.slice(2, split < 0 ? undefined : split);
const dataset = resolve(own[0] ?? `${root}/../shared/data/msd-hippocampus`);
const run = resolve(own[1] ?? `${root}/runs/${basename(dataset)}`);
const flags = split < 0 ? [] : process.argv.slice(split + 1);

const started = Date.now();
const main = resolve(root, "packages/cli/dist/main.js");
const child = spawn(process.execPath, [main, "run", "-i", dataset, "-o", run, ...flags], { stdio: "inherit" });
let peakBytes = 0;
const poll = setInterval(() => {
  // VmHWM is the peak so far, so that the last reading counts. Linux only; elsewhere memory is not reported.
  try {
    const kilobytes = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1];
    if (kilobytes !== undefined) peakBytes = Number(kilobytes) * 1024;
  } catch {
    // The process has just ended.
  }
}, 500);

child.on("exit", (code) => {
  clearInterval(poll);
  if (code !== 0) {
    process.exitCode = code ?? 1;
    return;
  }
  const read = (path: string): unknown => JSON.parse(readFileSync(resolve(run, path), "utf8"));
  const { summaries, gains, methods } = read("evaluation/metrics.json") as Record<string, unknown[]>;
  const folding = read("evaluation/folding.json") as { meanFoldedFraction: number };
  const result = {
    dataset: basename(dataset),
    date: new Date().toISOString(),
    machine: {
      processor: cpus()[0].model,
      cores: cpus().length,
      memoryGib: Math.round(totalmem() / 2 ** 30),
      node: process.version,
    },
    flags,
    wallMinutes: (Date.now() - started) / 60_000,
    peakMemoryGib: peakBytes / 2 ** 30,
    summaries,
    gains,
    meanFoldedFraction: folding.meanFoldedFraction,
    config: read("config.json"),
    cases: methods,
  };
  const path = resolve(root, `bench/results/real-run-${basename(dataset)}.json`);
  writeFileSync(path, `${JSON.stringify(result, null, 1)}\n`);
  console.log(`${(result.wallMinutes).toFixed(1)} minutes, ${result.peakMemoryGib.toFixed(2)} GiB; written to ${path}`);
});
