import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { claimJob } from "./claims.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "voxelsmith-claims-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const leave = (content: string): void => {
  mkdirSync(join(folder, "claims"), { recursive: true });
  writeFileSync(join(folder, "claims", "arms__sas__seed-1.json"), content);
};

test("one of many takes a job, and it is free again when given up", async () => {
  const claims = await Promise.all(Array.from({ length: 8 }, () => claimJob(folder, "arms/sas/seed-1")));
  const taken = claims.filter((claim) => claim !== undefined);
  expect(taken).toHaveLength(1);
  expect(await claimJob(folder, "arms/affine/seed-1")).toBeDefined();
  await taken[0]?.();
  expect(await claimJob(folder, "arms/sas/seed-1")).toBeDefined();
});

test("a claim of a process that is gone is taken over", async () => {
  const { pid } = spawnSync(process.execPath, ["-e", ""]);
  leave(JSON.stringify({ host: hostname(), pid }));
  expect(await claimJob(folder, "arms/sas/seed-1")).toBeDefined();
});

test("a claim of another machine stands", async () => {
  leave(JSON.stringify({ host: "somewhere else", pid: 1 }));
  expect(await claimJob(folder, "arms/sas/seed-1")).toBeUndefined();
  expect(readdirSync(join(folder, "claims"))).toHaveLength(1);
});
