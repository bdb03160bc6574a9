import { add } from "../ops/arithmetic.ts";
import { input } from "../tensor.ts";
import { compile, type Device } from "./session.ts";

export interface DeviceReport {
  readonly device: Device;
  readonly available: boolean;
  /** Why not, in the runtime's words. */
  readonly reason?: string;
}

const DEVICES: readonly Device[] = ["cpu", "webgpu", "wasm"];

/** Tries a graph of one node on every device: the only question whose answer can be trusted. */
export async function availableDevices(): Promise<readonly DeviceReport[]> {
  const reports: DeviceReport[] = [];
  for (const device of DEVICES) reports.push(await tryDevice(device)); // one at a time: runtimes start up alone
  return reports;
}

async function tryDevice(device: Device): Promise<DeviceReport> {
  try {
    const session = await compile({ y: add(input("x", [1]), 1) }, { device, forbidCpuFallback: device === "webgpu" });
    const { y } = await session.run({ x: Float32Array.of(1) });
    await session.dispose();
    return y[0] === 2 ? { device, available: true } : { device, available: false, reason: `1 + 1 gave ${y[0]}` };
  } catch (error) {
    return { device, available: false, reason: error instanceof Error ? error.message : String(error) };
  }
}
