import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRandom } from "@voxelsmith/engine";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Ended, ended, spawnCommandLine } from "../test-support/spawn-script.ts";
import { TINY_SETTINGS, writeTinyCohort } from "../test-support/tiny-run.ts";
import { filesBelow } from "./files.ts";

// Real processes that really die. A run that was killed and resumed must end with the bytes of one that was not.

const folder: string = mkdtempSync(join(tmpdir(), "voxelsmith-kill-"));
const at = (name: string): string => join(folder, name);
/** They tell when a run was made and how long it took. */
const TELL_TIMES = ["README.md", "environment.json", "times.json"];
/** The stages in the order of the run, as their steps are told. */
const STAGES = ["prepare", "spatial", "appearance", "synthesize", "segmenter", "segment"];

beforeAll(async () => {
  await writeTinyCohort(at("cohort"));
  expect((await start("whole")).code).toBe(0);
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the same seed on the same number of threads", () => {
  it("gives the same bytes: models, checkpoints, examples, predictions, metrics", async () => {
    expect((await start("again")).code).toBe(0);
    await expectSameBytes("again");
  }, 120_000);

  it("killed in every stage at moments that nobody chose and resumed, ends with the same bytes", async () => {
    const random = createRandom(20, "kill");
    for (const stage of STAGES) {
      for (let kill = 0; kill < 2; kill++) {
        const moment = { stage, steps: 1 + random.integer(2), milliseconds: random.integer(30) };
        expect((await start("killed", { signal: "SIGKILL", ...moment })).code, JSON.stringify(moment)).toBeNull();
      }
    }
    expect((await start("killed")).code).toBe(0);
    await expectSameBytes("killed");
  }, 300_000);

  it("stopped by Ctrl-C ends with code 130 at a checkpoint, and resumed with the same bytes", async () => {
    const stopped = await start("stopped", { signal: "SIGINT", stage: "spatial", steps: 3, milliseconds: 0 });
    expect(stopped.code).toBe(130);
    expect(stopped.error).toContain("stopping at a checkpoint");
    expect(stopped.error).toContain("add --resume to go on");
    expect((await start("stopped")).code).toBe(0);
    await expectSameBytes("stopped");
  }, 120_000);
});

describe("the file that marks a stage as done", () => {
  it.each([
    ["prepared/atlas-01_labels.nii.gz", "prepared/atlas-01.nii.gz"],
    ["segmenter/model.onnx", "segmenter/model.safetensors"],
    ["examples/example-0002.json", "examples/overview.png"],
  ])("is written last: %s before %s", (before, mark) => {
    const writtenAt = (path: string): bigint => statSync(at(`whole/${path}`), { bigint: true }).mtimeNs;
    expect(writtenAt(before)).toBeLessThan(writtenAt(mark));
  });
});

interface Moment {
  readonly signal: "SIGKILL" | "SIGINT";
  /** The signal is sent so long after so many steps of this stage, or of later ones, were told. */
  readonly stage: string;
  readonly steps: number;
  readonly milliseconds: number;
}

/** Begins the run or goes on with it; with a moment, ends it there. */
async function start(name: string, moment?: Moment): Promise<Ended> {
  const child = spawnCommandLine([
    ...["run", "--resume", "--json", "-i", at("cohort"), "-o", at(name), "--seed", "3", "--threads", "2"],
    ...["--set", "checkpointSeconds=0.05", ...TINY_SETTINGS],
  ]);
  if (moment !== undefined) {
    const stages = STAGES.slice(STAGES.indexOf(moment.stage)).join("|");
    const step = new RegExp(`"kind":"step","stage":"(${stages})"`, "g");
    let told = 0;
    child.stdout?.on("data", (data) => {
      const before = told;
      told += String(data).match(step)?.length ?? 0;
      if (before < moment.steps && told >= moment.steps) {
        setTimeout(() => child.kill(moment.signal), moment.milliseconds);
      }
    });
  }
  return ended(child);
}

/** All files but those that tell when and how long the run took. */
async function expectSameBytes(name: string): Promise<void> {
  const files = async (run: string): Promise<readonly string[]> =>
    (await filesBelow(at(run))).filter((path) => !TELL_TIMES.includes(path));
  const expected = await files("whole");
  expect(await files(name)).toEqual(expected);
  for (const stage of ["spatial", "appearance", "segmenter"]) expect(expected).toContain(`${stage}/model.safetensors`);
  const different = expected.filter(
    (path) => !readFileSync(at(`${name}/${path}`)).equals(readFileSync(at(`whole/${path}`))),
  );
  expect(different).toEqual([]);
}
