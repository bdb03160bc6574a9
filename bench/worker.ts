import { closeSync, openSync, writeFileSync, writeSync } from "node:fs";
import { createInterface } from "node:readline";
import type { NamedArray } from "@voxelsmith/engine";

/** What our workers share, the counterpart of bench/peers/worker.py. */
export const LEARNING_RATE = 1e-4;

export interface PeerFiles {
  readonly weights: Readonly<Record<string, NamedArray>>;
  readonly inputs: Readonly<Record<string, NamedArray>>;
  /** What the peer's script reads beside them. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly threads: number;
}

/** Writes index.json and data.bin for the peer, array by array, so that no copy of the weights counts as our memory. */
export function writeForPeer(folder: string, { weights, inputs, settings, threads }: PeerFiles): void {
  const arrays = [
    ...Object.entries(weights).map(([key, value]) => ({ name: `parameters/${key}`, ...value })),
    ...Object.entries(inputs).map(([key, value]) => ({ name: `inputs/${key}`, ...value })),
  ];
  const file = openSync(`${folder}/data.bin`, "w");
  let offset = 0;
  const tensors = arrays.map(({ name, shape, data }) => {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
    const entry = { name, shape, offset, count: data.length };
    offset += data.length;
    return entry;
  });
  closeSync(file);
  writeFileSync(`${folder}/index.json`, JSON.stringify({ ...settings, threads, learningRate: LEARNING_RATE, tensors }));
}

/** One update or one prediction, and a number to compare with the peer's. */
export interface Stepper {
  step(): Promise<number>;
  dispose(): Promise<void>;
}

/** Says `ready`, then answers each line `step` with {"ms", "cpuMs", "loss"} and `end` with {"peakMb"}. */
export async function answerSteps(stepper: Stepper): Promise<void> {
  console.log("ready");
  for await (const line of createInterface({ input: process.stdin })) {
    if (line.trim() === "end") break;
    const start = performance.now();
    const busy = process.cpuUsage();
    const loss = await stepper.step();
    const { user, system } = process.cpuUsage(busy);
    console.log(JSON.stringify({ ms: performance.now() - start, cpuMs: (user + system) / 1000, loss }));
  }
  const peakMb = process.resourceUsage().maxRSS / 1024;
  await stepper.dispose();
  console.log(JSON.stringify({ peakMb }));
}
