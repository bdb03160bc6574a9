import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Comparison, ComparisonRequest } from "@voxelsmith/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Call, fakeStages, memoryTerminal } from "../test-support/fake-stages.ts";
import { runCommandLine } from "./command-line.ts";

// How a comparison begins and goes on; nothing is trained here.

let folder = "";
const at = (path: string): string => join(folder, path);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "voxelsmith-begin-"));
  for (const path of ["scans/1.nii.gz", "scans/2.nii.gz", "new/9.nii.gz", "truth/9.nii.gz", "A.nii.gz", "L.nii.gz"]) {
    mkdirSync(join(at(path), ".."), { recursive: true });
    writeFileSync(at(path), "");
  }
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const DATA = { atlas: "A.nii.gz", labels: "L.nii.gz", unlabeled: "scans", test: "new", "test-labels": "truth" };
const begin = (...flags: readonly string[]): ReturnType<typeof compare> =>
  compare(...Object.entries(DATA).flatMap(([flag, path]) => [`--${flag}`, at(path)]), ...flags);
const record = (): Comparison => JSON.parse(readFileSync(at("out/comparison.json"), "utf8"));

describe("settings of a comparison", () => {
  it("come from the preset, the classic augmentations, the settings file and single settings: the later wins", async () => {
    writeFileSync(at("settings.json"), '{"synthesize":{"blur":0,"noise":0.5},"segment":{"steps":77}}');
    const flags = ["--quick", "--config", at("settings.json"), "--set", "synthesize.noise=0.25"];
    expect(await begin(...flags)).toMatchObject({ code: 0, error: expect.not.stringContaining("fault") });
    expect(record().config.synthesize).toMatchObject({ blur: 0, noise: 0.25, elastic: 0.017 });
    expect(record().config.segment).toMatchObject({ steps: 77, learningRate: 0.006 });
  });

  it.each([
    ["no JSON", "{", "settings.json: expected JSON"],
    ["no object", "[1]", "the settings file: expected an object of settings"],
    ["an unknown name", '{"spatial":{"step":5}}', "setting spatial.step"],
  ])("a settings file with %s: one line, nothing begun", async (_, text, words) => {
    writeFileSync(at("settings.json"), text);
    expectRefused(await begin("--config", at("settings.json")), words);
    expect(existsSync(at("out"))).toBe(false);
  });
});

describe("the folder of a comparison", () => {
  it("must be no file", async () => {
    writeFileSync(at("out"), "");
    expectRefused(await begin(), "got a file. Choose another folder.");
    expectRefused(await begin("--resume"), "got a file. Choose another folder.");
  });

  it("must hold nothing else", async () => {
    mkdirSync(at("out"));
    writeFileSync(at("out/thesis.txt"), "");
    expectRefused(await begin(), "got a folder with thesis.txt in it");
  });

  it("with a comparison in it goes on with --resume alone", async () => {
    expect((await begin()).code).toBe(0);
    expectRefused(await begin(), "got a comparison. Add --resume");
    expect((await compare("--resume")).code).toBe(0);
  });

  it("--report-only reports on what is there, runs nothing, and begins nothing", async () => {
    expectRefused(await compare("--report-only"), "expected a comparison that was begun");
    expectRefused(await compare("--report-only", "--kind", "transfer"), "expected a comparison that was begun");
    expect(existsSync(at("out"))).toBe(false);
    await begin();
    const { code, calls } = await compare("--report-only");
    expect({ code, stages: calls.map(({ stage }) => stage) }).toEqual({ code: 0, stages: ["report"] });
  });

  it.each([
    [["--target", "a=b"], "--target: expected flags of --kind methods"],
    [["--class-column", "a=b"], "--class-column: expected"],
    [["--kind", "transfer", "--test-labels", "x"], "--test-labels: expected flags of --kind transfer"],
    [["--kind", "transfer", "--fold", "1"], "Leave it out, or give --kind methods."],
  ])("flags of the other kind are refused, not left unread: %j", async (flags, words) => {
    expectRefused(await compare(...flags), words);
    expect(existsSync(at("out"))).toBe(false);
  });

  it.each([
    ["cut short", (text: string) => text.slice(0, 200), "expected JSON"],
    ["empty", () => "", "expected JSON"],
    ["without its data", (text: string) => text.replace('"manifest"', '"manifests"'), "data.manifest"],
    ["with another kind of setting", (text: string) => text.replace('"cpu"', '"abacus"'), "config.device"],
    ["of something else", () => '{"atlas":"A"}', "comparison.json: data"],
  ])("a record %s: one line", async (_, damage, words) => {
    expect((await begin()).code).toBe(0);
    writeFileSync(at("out/comparison.json"), damage(readFileSync(at("out/comparison.json"), "utf8")));
    const answer = await compare("--resume");
    expectRefused(answer, words);
    expect(answer.error).toContain("out/comparison.json");
  });

  it("keeps the command that began it; one that goes on is told beside it", async () => {
    const first = await begin("--seed", "7");
    expect(record().command).toMatch(/^voxelsmith compare .*--seed 7/);
    expect(reported(first)).toEqual({ command: record().command });
    const resumed = await compare("--resume", "--arms", "sas");
    const resumedWith = `voxelsmith compare --resume --arms sas -o ${at("out")}`;
    expect(reported(resumed)).toEqual({ command: record().command, resumedWith });
  });

  it("keeps its arms and seeds: --resume alone goes on with them, and others may join", async () => {
    await begin("--arms", "independent", "sas", "--seeds", "3", "--seed", "5");
    expect(scopes(await compare("--resume"))).toEqual({ arms: ["sas", "independent"], seeds: [5, 6, 7] });
    expect(scopes(await compare("--resume", "--arms", "affine"))).toEqual({ arms: ["affine"], seeds: [5, 6, 7] });
    expect(scopes(await compare("--resume", "--seeds", "1"))).toEqual({ arms: ["sas", "independent"], seeds: [5] });
  });

  it("is not begun with an arm that does not exist", async () => {
    expectRefused(await begin("--arms", "sas", "independant"), "--arms independant: expected some of affine");
    expect(existsSync(at("out"))).toBe(false);
  });

  it("of an earlier version, which has neither its command, its arms nor patches, goes on", async () => {
    await begin("--arms", "sas");
    const { command: _, scope: __, ...earlier } = JSON.parse(JSON.stringify(record()));
    delete earlier.config.segment.patch;
    writeFileSync(at("out/comparison.json"), JSON.stringify(earlier));
    const answer = await compare("--resume");
    expect(reported(answer)).toEqual({ command: `voxelsmith compare --resume -o ${at("out")}` });
    expect(scopes(answer).arms).toContain("independent");
  });
});

/** What the report is told of commands. */
function reported({ calls }: { readonly calls: readonly Call[] }): Record<string, unknown> {
  const { command, resumedWith } = calls.find(({ stage }) => stage === "report")?.about?.environment ?? {};
  return resumedWith === undefined ? { command } : { command, resumedWith };
}

/** What is trained. */
function scopes({ calls }: { readonly calls: readonly Call[] }): Pick<ComparisonRequest, "arms" | "seeds"> {
  const { arms = [], seeds = [] } = calls.find(({ stage }) => stage === "compare")?.compare ?? {};
  return { arms, seeds };
}

async function compare(
  ...flags: readonly string[]
): Promise<{ code: number; out: string; error: string; calls: readonly Call[] }> {
  const calls: Call[] = [];
  const terminal = memoryTerminal();
  const signal = new AbortController().signal;
  const args = ["compare", ...flags, "-o", at("out")];
  const code = await runCommandLine(args, { stages: fakeStages(calls), terminal, signal });
  return { code, ...terminal.said, calls };
}

function expectRefused({ code, error }: { readonly code: number; readonly error: string }, words: string): void {
  expect(code).toBe(2);
  expect(error).toContain(words);
  expect(error.trimEnd()).not.toContain("\n");
}
