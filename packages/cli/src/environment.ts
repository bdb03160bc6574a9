import { createRequire } from "node:module";
import { arch, availableParallelism, cpus, platform, release, totalmem } from "node:os";
import type { EnvironmentRecord } from "@voxelsmith/core";

const require = createRequire(import.meta.url);

/** Version of this package. */
export function version(): string {
  return packageVersion("../package.json");
}

/** Threads that this process may use; more than this only makes training slower. */
export function usableThreads(): number {
  return availableParallelism();
}

export function recordEnvironment(device: string, threads: number, args: readonly string[]): EnvironmentRecord {
  return {
    voxelsmith: version(),
    runtime: `node ${process.version}`,
    onnxruntime: packageVersion("onnxruntime-node/package.json"),
    platform: `${platform()} ${release()} ${arch()}`,
    processor: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    device,
    threads,
    command: ["voxelsmith", ...args].map(quoted).join(" "),
    started: new Date().toISOString(),
  };
}

function packageVersion(path: string): string {
  try {
    const content: unknown = require(path);
    return typeof content === "object" && content !== null && "version" in content
      ? String(content.version)
      : "unknown";
  } catch {
    return "unknown"; // packed in another way than npm's; the record says so instead of failing the run
  }
}

function quoted(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`;
}
