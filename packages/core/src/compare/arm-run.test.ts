import { expect, it } from "vitest";
import { memoryStore, writeJson } from "../run/store.ts";
import { readArmRun } from "./arm-run.ts";
import { ARM_RESULT, armFolder } from "./comparison-folder.ts";
import type { ArmRun } from "./results.ts";

const values = { dice: 0.8, hd95Mm: 2, assdMm: null, surfaceDice1mm: 0.9, volumeSimilarity: 1 };
const cases = [{ id: "a", metrics: { labels: [{ label: 1, found: "found" as const, ...values }], mean: values } }];
const run: ArmRun = {
  ...{ seed: 1, cases, seconds: { train: 10, label: 1 } },
  chosenByValidation: { step: 200, cases },
  curve: [
    { step: 50, loss: 0.5 },
    { step: 100, loss: 0.4, validationDice: 0.7 },
  ],
};
const path = `${armFolder("sas", 1)}/${ARM_RESULT}`;

it("an arm's scores come back as they were written; without a file the arm is not done", async () => {
  const store = memoryStore();
  expect(await readArmRun(store, "sas", 1)).toBeUndefined();
  await writeJson(store, path, run);
  expect(await readArmRun(store, "sas", 1)).toEqual(run);
});

it("a damaged file is named, with what to do", async () => {
  const store = memoryStore();
  await store.write(path, new TextEncoder().encode('{"seed": 1, "cas'));
  await expect(readArmRun(store, "sas", 1)).rejects.toThrow(/result\.json: expected JSON.* Delete the file/);
  await writeJson(store, path, { ...run, cases: [{ id: "a", metrics: { labels: [] } }] });
  await expect(readArmRun(store, "sas", 1)).rejects.toThrow(/cases\.0\.metrics\.mean.* Delete the file/);
});
