import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const source = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  resolve: {
    // Tests read the sources, so that a stale build can never make them pass.
    alias: {
      "@voxelsmith/engine": source("packages/engine/src/index.ts"),
      "@voxelsmith/core": source("packages/core/src/index.ts"),
    },
  },
  test: {
    include: ["packages/*/src/**/*.test.ts", "docs/**/*.test.ts"],
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
