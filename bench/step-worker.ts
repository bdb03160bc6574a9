import { writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { adam, compileTrainer } from "@voxelsmith/engine";
import { STEP_CASES } from "./step-cases.ts";

/**
 * Our side of bench/steps.ts: `step-worker.ts CASE FOLDER THREADS [PROFILE]` writes weights and inputs for the peer,
 * then answers each line `step` with {"ms", "cpuMs", "loss"} and `end` with {"peakMb"}.
 */
const [name, folder, threads, profile] = process.argv.slice(2);
const learningRate = 1e-4;
const step = STEP_CASES[name]();

const arrays = [
  ...Object.entries(step.weights).map(([key, value]) => ({ name: `parameters/${key}`, ...value })),
  ...Object.entries(step.inputs).map(([key, value]) => ({ name: `inputs/${key}`, ...value })),
];
let offset = 0;
const tensors = arrays.map(({ name: key, shape, data }) => {
  const entry = { name: key, shape, offset, count: data.length };
  offset += data.length;
  return entry;
});
if (step.peer !== undefined) {
  writeFileSync(`${folder}/data.bin`, Buffer.concat(arrays.map(({ data }) => Buffer.from(data.buffer))));
  const index = { ...step.settings, threads: Number(threads), learningRate, tensors };
  writeFileSync(`${folder}/index.json`, JSON.stringify(index));
}

const trainer = await compileTrainer(
  {
    inputs: Object.fromEntries(Object.entries(step.inputs).map(([key, { shape }]) => [key, shape])),
    parameters: step.parameters,
    loss: step.loss,
    optimizer: adam({ learningRate }),
  },
  { seed: 1, weights: step.weights, threads: Number(threads), ...(profile === undefined ? {} : { profile }) },
);
const feeds = Object.fromEntries(Object.entries(step.inputs).map(([key, { data }]) => [key, data]));

console.log("ready");
for await (const line of createInterface({ input: process.stdin })) {
  if (line.trim() === "end") break;
  const start = performance.now();
  const busy = process.cpuUsage();
  const { loss } = await trainer.run(feeds);
  const { user, system } = process.cpuUsage(busy);
  console.log(JSON.stringify({ ms: performance.now() - start, cpuMs: (user + system) / 1000, loss }));
}
await trainer.dispose();
console.log(JSON.stringify({ peakMb: process.resourceUsage().maxRSS / 1024 }));
