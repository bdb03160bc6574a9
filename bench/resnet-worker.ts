import { writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { RESNET_CASES } from "./resnet-cases.ts";
import { compileResnetCase, LEARNING_RATE, resnetCaseData } from "./resnet-stepper.ts";

/**
 * Our side of bench/resnet-steps.ts: `resnet-worker.ts CASE EXTENT FOLDER THREADS` writes weights and inputs for the
 * peer, then answers each line `step` with {"ms", "cpuMs", "loss"} and `end` with {"peakMb"}.
 */
const [name, extent, folder, threads] = process.argv.slice(2);
const one = { ...RESNET_CASES[name], extent: Number(extent) };

writeForPeer();
const stepper = await compileResnetCase(one, { threads: Number(threads) });

console.log("ready");
for await (const line of createInterface({ input: process.stdin })) {
  if (line.trim() === "end") break;
  const start = performance.now();
  const busy = process.cpuUsage();
  const loss = await stepper.step();
  const { user, system } = process.cpuUsage(busy);
  console.log(JSON.stringify({ ms: performance.now() - start, cpuMs: (user + system) / 1000, loss }));
}
await stepper.dispose();
console.log(JSON.stringify({ peakMb: process.resourceUsage().maxRSS / 1024 }));

/** A function of its own, so that its copies are gone before anything is timed. */
function writeForPeer(): void {
  const { weights, inputs, settings } = resnetCaseData(one);
  const arrays = [
    ...Object.entries(weights).map(([key, value]) => ({ name: `parameters/${key}`, ...value })),
    ...Object.entries(inputs).map(([key, value]) => ({ name: `inputs/${key}`, ...value })),
  ];
  let offset = 0;
  const tensors = arrays.map(({ name: key, shape, data }) => {
    const entry = { name: key, shape, offset, count: data.length };
    offset += data.length;
    return entry;
  });
  const bytes = arrays.map(({ data }) => Buffer.from(data.buffer, data.byteOffset, data.byteLength));
  writeFileSync(`${folder}/data.bin`, Buffer.concat(bytes));
  const index = { ...settings, threads: Number(threads), learningRate: LEARNING_RATE, tensors };
  writeFileSync(`${folder}/index.json`, JSON.stringify(index));
}
