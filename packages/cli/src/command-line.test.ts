import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DivergenceError, InputError, type RunContext, SPATIAL_PRESETS } from "@voxelsmith/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Call, fakeStages, memoryTerminal } from "../test-support/fake-stages.ts";
import { runCommandLine } from "./command-line.ts";
import { COMMANDS } from "./commands/commands.ts";

let folder = "";
const at = (path: string): string => join(folder, path);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "voxelsmith-cli-"));
  for (const path of ["scans/1.nii.gz", "scans/2.nii.gz", "new/9.nii.gz", "truth/9.nii.gz", "A.nii.gz", "L.nii.gz"])
    touch(path);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("run", () => {
  it("begins a run folder with settings, data and environment, and prints the table", async () => {
    const { code, out, calls } = await run([
      ...plainData(),
      "-o",
      at("run"),
      "--seed",
      "7",
      "--set",
      "spatial.steps=5",
    ]);
    expect(code).toBe(0);
    expect(calls.map(({ stage }) => stage)).toEqual(["run"]);
    const config = json("run/config.json");
    expect(config).toMatchObject({
      seed: 7,
      preset: "fast",
      device: "cpu",
      spatial: { steps: 5, window: SPATIAL_PRESETS.fast.window },
    });
    expect(json("run/manifest.json")).toEqual({
      name: "scans",
      labels: {},
      atlases: [{ id: "A", image: at("A.nii.gz"), labels: at("L.nii.gz") }],
      unlabeled: [1, 2].map((id) => ({ id: `${id}`, image: at(`scans/${id}.nii.gz`) })),
      validation: [],
      test: [{ id: "9", image: at("new/9.nii.gz"), labels: at("truth/9.nii.gz") }],
    });
    expect(json("run/environment.json")).toMatchObject({ device: "cpu", runtime: `node ${process.version}` });
    expect(out).toBe(`Dice       mean\nsegmenter  0.810\nEverything lies in ${at("run")}.\n`);
  });

  it("refuses a folder that has a run or other files, and leaves them as they are", async () => {
    const works = async ({ store }: RunContext): Promise<void> => store.write("plan.json", new Uint8Array());
    await run([...plainData(), "-o", at("run")], works);
    const before = readFileSync(at("run/config.json"), "utf8");
    const again = await run([...plainData(), "-o", at("run"), "--seed", "9"]);
    expect(again).toMatchObject({ code: 2, calls: [] });
    expect(again.error).toContain("got a run. Add --resume to go on with it");
    expect(readFileSync(at("run/config.json"), "utf8")).toBe(before);
    expect((await run([...plainData(), "-o", at("scans")])).error).toContain("got a folder with 1.nii.gz in it");
    expect((await run([...plainData(), "-o", at("A.nii.gz")])).code).toBe(2);
  });

  it("takes a folder again in which nothing was done yet, for example because a scan was refused", async () => {
    const refuse = async (): Promise<void> => {
      throw new InputError({ subject: "scans/2.nii.gz", expected: "a scan", got: "none", todo: "Leave it out." });
    };
    expect((await run([...plainData(), "-o", at("run")], refuse)).code).toBe(2);
    rmSync(at("scans/2.nii.gz"));
    const { code, calls } = await run([...plainData(), "-o", at("run")]);
    expect(code).toBe(0);
    expect(calls[0].context?.manifest.unlabeled).toHaveLength(1);
  });

  it("goes on with --resume: with the same flags or none, from anywhere, but not as another run", async () => {
    const flags = [...plainData(), "-o", at("run"), "--seed", "7", "--threads", "1", "--set", "spatial.steps=5"];
    await run([...flags, "--resume"]); // --resume on a new folder begins it, so that a retry loop needs one command
    const before = readFileSync(at("run/config.json"), "utf8");
    const none = await run(["run", "-o", at("run"), "--resume"]);
    expect(none.code).toBe(0);
    expect(none.calls[0].context?.config).toMatchObject({ seed: 7, spatial: { steps: 5 } });
    expect((await run([...flags, "--resume"])).code).toBe(0);
    expect(readFileSync(at("run/config.json"), "utf8")).toBe(before);

    const other = await run(["run", "-o", at("run"), "--resume", "--seed", "8", "--preset", "paper"]);
    expect(other.code).toBe(2);
    expect(other.error).toMatch(/seed, preset|preset, seed/);
    touch("scans/3.nii.gz");
    expect((await run([...flags, "--resume"])).error).toContain("flags that name other scans");
    expect((await run(["run", "-o", at("scans"), "--resume"])).code).toBe(2);
  });

  it("may go on with other threads, and says what that costs", async () => {
    await run([...plainData(), "-o", at("run"), "--threads", "1"]);
    const { code, error } = await run(["run", "-o", at("run"), "--resume", "--threads", "2"]);
    expect(code).toBe(0);
    expect(error).toContain("warning: another device or number of threads");
    expect(json("run/config.json")).toMatchObject({ threads: 2 });
  });

  it("begins again where a kill left a folder without settings", async () => {
    mkdirSync(at("run"));
    writeFileSync(at("run/manifest.json"), "{}");
    writeFileSync(at("run/.config.json.01234567-89ab-cdef-0123-456789abcdef.tmp"), "{");
    expect((await run([...plainData(), "-o", at("run")])).code).toBe(0);
    expect(existsSync(at("run/.config.json.01234567-89ab-cdef-0123-456789abcdef.tmp"))).toBe(false);
  });

  it("takes a data set folder, and one or several of its cases as the atlas", async () => {
    const split = { split: { train: ["a", "b", "c"], test: ["d"] }, labels: { "0": "none", "2": "tail" } };
    for (const id of ["a", "b", "c", "d"]) for (const kind of ["images", "labels"]) touch(`set/${kind}/${id}.nii.gz`);
    writeFileSync(at("set/split.json"), JSON.stringify(split));
    await run(["run", "-i", at("set"), "--atlas", "b", "c", "-o", at("run")]);
    expect(json("run/manifest.json")).toMatchObject({
      labels: { "2": "tail" },
      unlabeled: [{ id: "a", image: at("set/images/a.nii.gz") }],
    });
    const wrong = await run(["run", "-i", at("set"), "--atlas", "bb", "-o", at("run2")]);
    expect(wrong.code).toBe(2);
    expect(wrong.error).toContain("Did you mean");
    expect(existsSync(at("run2"))).toBe(false);
    expect((await run(["run", "-i", at("set"), "--labels", "x", "-o", at("run2")])).error).toContain(
      "Leave out --labels or -i",
    );
  });

  it.each([
    [["run"], "required option '-o"],
    [["run", "-o", "x"], "--atlas: expected a data set with -i"],
    [["run", "-o", "x", "-i", "/no/such/folder"], "no such file or folder"],
    [["run", "-o", "x", "--threads", "0"], "Expected a whole number from 1"],
    [["run", "-o", "x", "--device", "gpu"], "Allowed choices are cpu, webgpu"],
    [["run", "-o", "x", "--sede", "1"], "Did you mean --seed?"],
    [["regster"], "Did you mean register?"],
    [["info", "/no/such/run"], "a run folder, with config.json in it"],
    [["segment", "-i", "a", "-o", "b", "--model", "/no/such/run"], "a run folder"],
  ])("%j is bad input: code 2 and one line", async (args, words) => {
    const { code, error, out } = await run(args);
    expect(code).toBe(2);
    expect(error).toContain(words);
    expect(error.trimEnd()).not.toContain("\n");
    expect(out).toBe("");
  });
});

describe("failures", () => {
  it("of training have code 3, of the program 1 with a stack only when asked, an interruption 130", async () => {
    const flags = (name: string): string[] => [...plainData(), "-o", at(name)];
    const diverged = await run(flags("a"), async () => {
      throw new DivergenceError("spatial", 12, "case_3", Number.NaN, "spatial/checkpoint.safetensors");
    });
    expect(diverged.code).toBe(3);
    expect(diverged.error).toContain("step 12 on case_3");
    const fault = async (): Promise<void> => {
      throw new TypeError("broken");
    };
    const quietly = await run(flags("b"), fault);
    expect(quietly.code).toBe(1);
    expect(quietly.error).not.toContain("    at ");
    expect((await run(flags("c"), fault, { debug: true })).error).toContain("    at ");
    const controller = new AbortController();
    const stopped = await run(
      flags("d"),
      async ({ signal }) => {
        controller.abort();
        signal.throwIfAborted();
      },
      { signal: controller.signal },
    );
    expect(stopped.code).toBe(130);
    expect(stopped.error).toBe(
      "\nstopping at a checkpoint; press Ctrl-C again to stop at once\nvoxelsmith: interrupted; add --resume to go on\n",
    );
  });

  it("are an event too with --json", async () => {
    const { out } = await run(["info", "/no/such/run", "--json"]);
    expect(JSON.parse(out)).toMatchObject({ kind: "error", code: 2 });
  });
});

describe("the stages alone", () => {
  it("begin with prepare and go on in the run folder", async () => {
    const prepared = await run(["prepare", ...plainData().slice(1), "-o", at("run")]);
    expect(prepared.code).toBe(0);
    for (const stage of ["register", "synthesize", "train"]) {
      const { code, calls } = await run([stage, at("run")]);
      expect(code).toBe(0);
      expect(calls[0].stage).toBe(stage);
      expect(calls[0].context?.manifest.atlases[0].id).toBe("A");
    }
  });

  it("may change their own settings until their folder has something in it", async () => {
    await run(["prepare", ...plainData().slice(1), "-o", at("run")]);
    expect((await run(["register", at("run"), "--set", "spatial.steps=9"])).code).toBe(0);
    expect(json("run/config.json")).toMatchObject({ spatial: { steps: 9 } });
    expect((await run(["register", at("run"), "--set", "segment.steps=9"])).error).toContain(
      "segment.steps: expected what",
    );
    touch("run/spatial/checkpoint.safetensors");
    expect((await run(["register", at("run"), "--set", "spatial.steps=8"])).code).toBe(2);
  });

  it("segment takes files and folders, and refuses to write over things", async () => {
    await run([...plainData(), "-o", at("run")]);
    const { code, calls } = await run([
      "segment",
      "-i",
      at("scans"),
      at("A.nii.gz"),
      "-o",
      at("out"),
      "--model",
      at("run"),
    ]);
    expect(code).toBe(0);
    expect(calls[0].segment?.scans.map(({ id }) => id)).toEqual(["1", "2", "A"]);
    touch("out/1.nii.gz");
    const flags = ["segment", "-i", at("A.nii.gz"), "-o", at("out"), "--model", at("run")];
    expect((await run(flags)).error).toContain("add --overwrite");
    expect((await run([...flags, "--overwrite"])).code).toBe(0);
    mkdirSync(at("empty"));
    expect((await run(["segment", "-i", at("empty"), "-o", at("out2"), "--model", at("run")])).error).toContain(
      "an empty folder",
    );
    touch("other/A.nii");
    const twice = await run(["segment", "-i", at("A.nii.gz"), at("other"), "-o", at("out2"), "--model", at("run")]);
    expect(twice.error).toContain("case A: expected different file names");
  });

  it("evaluate pairs by file name, counts a missing prediction as an error, notes an extra one", async () => {
    touch("pred/9.nii.gz");
    touch("pred/10.nii.gz");
    const { code, calls, error } = await run(["evaluate", "-i", at("pred"), "-r", at("truth"), "-o", at("scores")]);
    expect(code).toBe(0);
    expect(calls[0].evaluate?.pairs).toEqual([
      { id: "9", prediction: at("pred/9.nii.gz"), truth: at("truth/9.nii.gz") },
    ]);
    expect(error).toContain("warning: 1 predictions have no true label map and are not scored: 10");
    touch("truth/8.nii.gz");
    const missing = await run(["evaluate", "-i", at("pred"), "-r", at("truth"), "-o", at("scores")]);
    expect(missing.code).toBe(2);
    expect(missing.error).toContain("truth/8.nii.gz: expected a predicted label map");
  });
});

describe("looking around", () => {
  it("info tells what a run holds, in words and in JSON", async () => {
    await run([...plainData(), "-o", at("run"), "--seed", "3"]);
    writeFileSync(at("run/metrics.jsonl"), '{"stage":"spatial","step":4,"loss":0.25}\n');
    const words = (await run(["info", at("run")])).out;
    expect(words).toContain("seed 3");
    expect(words).toContain("spatial: step 4 of");
    expect(words).toContain("1 atlas (A), 2 unlabeled, 0 validation, 1 test (1 with labels)");
    const value = JSON.parse((await run(["info", at("run"), "--json"])).out);
    expect(value).toMatchObject({
      kind: "result",
      config: { seed: 3 },
      stages: [{ stage: "spatial", step: 4 }, {}, {}],
    });
  });

  it("doctor tells devices, memory and, with data, a forecast", async () => {
    const bare = await run(["doctor"]);
    expect(bare.out).toContain("cpu: works\nwebgpu: not here (no adapter)");
    expect(bare.out).not.toContain("forecast");
    const data = await run(["doctor", ...plainData().slice(1)]);
    expect(data.out).toContain("forecast: about 10:00, about 2.0 GB");
    expect(data.out).toContain("1 atlas, 2 unlabeled, 0 validation, 1 test scans");
  });

  it("settings lists every setting with its sentence", async () => {
    const { out } = await run(["settings"]);
    expect(out).toContain('spatial.similarity = "local-ncc"\n    image term of the loss');
  });

  it("help and version are no errors, and every command has help", async () => {
    const help = await run(["--help"]);
    expect(help.code).toBe(0);
    expect(help.out).toContain("Exit codes: 0 done");
    expect((await run(["--version"])).out).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(help.out.match(/^ {2}[a-z]+ .*/gm)?.length).toBeGreaterThanOrEqual(COMMANDS.length);
    for (const name of [
      "run",
      "prepare",
      "register",
      "synthesize",
      "train",
      "segment",
      "evaluate",
      "info",
      "doctor",
      "demo",
    ]) {
      const one = await run([name, "--help"]);
      expect(one.code).toBe(0);
      expect(one.out).toContain(`voxelsmith ${name}`);
    }
    expect((await run([])).code).toBe(2);
  });
});

describe("demo", () => {
  it("makes phantoms in the run folder, with the settings for minutes", async () => {
    const { code, calls } = await run(["demo", "-o", at("demo"), "--set", "segment.steps=7"]);
    expect(code).toBe(0);
    expect(calls[0].context?.manifest.atlases[0].image).toBe(at("demo/phantoms/atlas.nii.gz"));
    expect(calls[0].context?.config.segment.steps).toBe(7);
    expect(existsSync(at("demo/phantoms/atlas.nii.gz"))).toBe(true);
    expect((await run(["demo", "-o", at("demo")])).code).toBe(2);
  });

  it("says how to go on where it is stopped, and that works", async () => {
    const controller = new AbortController();
    const stop = async ({ signal }: RunContext): Promise<void> => {
      controller.abort();
      signal.throwIfAborted();
    };
    const { code, error } = await run(["demo", "-o", at("stopped")], stop, { signal: controller.signal });
    expect(code).toBe(130);
    expect(error).toContain("stopping at a checkpoint");
    expect(error).toContain(`interrupted; to go on: voxelsmith run -o ${at("stopped")} --resume\n`);
    expect((await run(["run", "-o", at("stopped"), "--resume"])).code).toBe(0);
  });
});

function plainData(): string[] {
  const flags = { atlas: "A.nii.gz", labels: "L.nii.gz", unlabeled: "scans", test: "new", "test-labels": "truth" };
  return ["run", ...Object.entries(flags).flatMap(([flag, path]) => [`--${flag}`, at(path)])];
}

async function run(
  args: readonly string[],
  act?: (context: RunContext) => Promise<void>,
  options: { readonly signal?: AbortSignal; readonly debug?: boolean } = {},
): Promise<{ code: number; out: string; error: string; calls: readonly Call[] }> {
  const calls: Call[] = [];
  const terminal = memoryTerminal();
  const code = await runCommandLine(args, {
    stages: fakeStages(calls, act),
    terminal,
    signal: options.signal ?? new AbortController().signal,
    debug: options.debug ?? false,
  });
  return { code, ...terminal.said, calls };
}

function touch(path: string): void {
  mkdirSync(join(folder, path, ".."), { recursive: true });
  writeFileSync(join(folder, path), "");
}

function json(path: string): unknown {
  return JSON.parse(readFileSync(at(path), "utf8"));
}
