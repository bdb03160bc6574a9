import { expect, test } from "vitest";
import { type Forecast, forecastRun } from "./forecast.ts";
import { writePhantomCohort } from "./phantom/write-phantom-cohort.ts";
import type { RunConfig } from "./run/config.ts";
import { presetConfig } from "./run/config.ts";
import { changeConfig } from "./run/resolve-config.ts";
import { memoryStore } from "./run/store.ts";

const TINY = [
  ...["prepare.spacingMm=4", "prepare.marginVoxels=0", "prepare.multipleOf=8", "segment.channels=[4,8]"],
  ...["spatial.encoder=[4,4]", "spatial.decoder=[4,4]", "appearance.encoder=[4,4]", "appearance.decoder=[4,4]"],
];

test("a forecast has every stage, grows with steps and scans, and reads the atlas alone", async () => {
  const store = memoryStore();
  const manifest = await writePhantomCohort(store, { seed: 2, unlabeled: 3, test: 1 });
  const read = new Set<string>();
  const readFile = async (path: string): Promise<Uint8Array> => {
    read.add(path);
    return (await store.read(path)) ?? new Uint8Array();
  };
  const base = changeConfig(presetConfig("fast", { seed: 1, device: "cpu", threads: 1 }), undefined, TINY);
  const forecast = (config: RunConfig, copies = 1) => {
    const unlabeled = Array.from({ length: copies }, () => manifest.unlabeled).flat();
    const request = { config, manifest: { ...manifest, unlabeled }, readFile, memoryBytes: () => 1e9 };
    return forecastRun(request);
  };
  const one = await forecast(base);
  expect(one.stages.map(({ stage }) => stage)).toEqual([
    ...["prepare", "spatial", "appearance", "synthesize", "segmenter", "segment", "evaluate"],
  ]);
  for (const { stage, seconds } of one.stages) expect(seconds, stage).toBeGreaterThan(0);
  expect(one.seconds).toBeCloseTo(one.stages.reduce((sum, { seconds }) => sum + seconds, 0));
  expect(one.memoryBytes).toBeGreaterThan(1e9);
  expect([...read].sort()).toEqual(["images/atlas-01.nii.gz", "labels/atlas-01.nii.gz"]);

  // Times are measured anew, on a machine that may be busy: a hundred times the work is at least ten times as long.
  const more = await forecast(changeConfig(base, undefined, [`spatial.steps=${100 * base.spatial.steps}`]), 10);
  const spatialSeconds = ({ stages }: Forecast): number =>
    stages.find(({ stage }) => stage === "spatial")?.seconds ?? 0;
  expect(spatialSeconds(more) / spatialSeconds(one)).toBeGreaterThan(10);
  expect(more.memoryBytes - 1e9).toBeCloseTo(10 * (one.memoryBytes - 1e9));
});
