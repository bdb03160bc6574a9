import { expect, it } from "vitest";
import { resolvePretrainConfig } from "../pretrain/resolve-pretrain-config.ts";
import { resolveTransferConfig } from "../transfer/resolve-transfer-config.ts";
import { resolveConfig } from "./resolve-config.ts";
import { runKind } from "./run-kind.ts";
import { memoryStore } from "./store.ts";

const common = { preset: "fast", seed: 1, device: "cpu", threads: 1 } as const;

it.each([
  ["run", JSON.stringify(resolveConfig(common))],
  ["transfer", JSON.stringify(resolveTransferConfig({ ...common, task: "segmentation", from: "scratch" }))],
  ["pretrain", JSON.stringify(resolvePretrainConfig({ ...common, synthesize: "none" }))],
  ["run", "{ no json"],
  ["run", "null"],
])("a folder of %s is told by its settings", async (kind, text) => {
  const store = memoryStore();
  expect(await runKind(store)).toBe("run");
  await store.write("config.json", new TextEncoder().encode(text));
  expect(await runKind(store)).toBe(kind);
});
