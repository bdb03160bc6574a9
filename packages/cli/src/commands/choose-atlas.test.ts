import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Call, fakeStages, memoryTerminal } from "../../test-support/fake-stages.ts";
import { runHere } from "../../test-support/run-here.ts";
import { writeTinyCohort } from "../../test-support/tiny-run.ts";
import { runCommandLine } from "../command-line.ts";

const folder: string = mkdtempSync(join(tmpdir(), "voxelsmith-choose-"));
const at = (path: string): string => join(folder, path);
const TINY = [
  "--set",
  "prepare.spacingMm=4",
  "prepare.marginVoxels=0",
  "prepare.multipleOf=8",
  "prepare.alignmentSteps=3",
];

beforeAll(async () => {
  await writeTinyCohort(at("heads"));
  for (const id of ["a", "b", "c", "d", "t"]) {
    mkdirSync(at("set/images"), { recursive: true });
    writeFileSync(at(`set/images/${id}.nii.gz`), "");
  }
  const split = { split: { train: ["a", "b", "c", "d"], test: ["t"] }, atlas_candidates: ["b", "c"] };
  writeFileSync(at("set/split.json"), JSON.stringify(split));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("choose-atlas", () => {
  it("takes the proposed candidates, with --all the training scans, with --candidates those named", async () => {
    const usual = await ask(["-i", at("set"), "--seed", "4", "--threads", "1"]);
    expect(usual.code).toBe(0);
    expect(usual.request).toMatchObject({ candidates: ["b", "c"], count: 1, seed: 4, threads: 1, device: "cpu" });
    expect(usual.request?.scans.map(({ image }) => image).sort()).toEqual(
      ["a", "b", "c", "d"].map((id) => at(`set/images/${id}.nii.gz`)),
    );
    expect((await ask(["-i", at("set"), "--all"])).request?.candidates).toEqual(["a", "b", "c", "d"]);
    expect((await ask(["-i", at("set"), "--candidates", "d"])).request?.candidates).toEqual(["d"]);
    const plain = await ask(["--unlabeled", at("set/images")]);
    expect(plain.request?.candidates).toEqual(["a", "b", "c", "d", "t"]);
    expect(plain.out).toBe("a: most alike\nnext: b 0.400, c 0.400, d 0.400, t 0.400\nHave it labeled.\n");
  });

  it("prints the K best and what to do with them, and writes the whole ranking", async () => {
    const flags = ["-i", at("set"), "--all", "--count", "2", "-o", at("out/ranking.json")];
    const { out } = await ask(flags);
    expect(out.split("\n").slice(0, 3)).toEqual(["a: most alike", "b: most alike", "next: c 0.400, d 0.400"]);
    expect(out).toContain(`Have them labeled, then: voxelsmith run -i ${at("set")} --atlas a b -o RUN.`);
    const written = JSON.parse(readFileSync(at("out/ranking.json"), "utf8"));
    expect(written.chosen).toEqual(["a", "b"]);
    expect(written.ranking).toHaveLength(4);
    expect(readdirSync(at("out"))).toEqual(["ranking.json"]);
    expect((await ask(flags)).error).toContain("add --overwrite");
    expect((await ask([...flags, "--overwrite"])).code).toBe(0);
  });

  it.each([
    [[], "--unlabeled: expected scans, or a data set with -i"],
    [["-i", "x", "--unlabeled", "y"], "-i and --unlabeled: expected one of the two"],
    [["-i", "x", "--all", "--candidates", "a"], "--all and --candidates: expected one of the two"],
    [["-i", "/no/such/folder"], "no such file or folder"],
    [["-i", "x", "--count", "0"], "Expected a whole number from 1"],
    [["-i", "x", "-o", folder], "expected a new file, got a folder"],
  ])("%j is bad input", async (flags, words) => {
    const { code, error, request } = await ask(flags);
    expect({ code, request }).toEqual({ code: 2, request: undefined });
    expect(error).toContain(words);
    expect(error.trimEnd()).not.toContain("\n");
  });

  it("stopped by Ctrl-C promises no checkpoint and no --resume, which it does not have", async () => {
    const controller = new AbortController();
    const chooseAtlas = async (): Promise<never> => {
      controller.abort();
      throw controller.signal.reason;
    };
    const terminal = memoryTerminal();
    const options = { stages: { ...fakeStages([]), chooseAtlas }, terminal, signal: controller.signal };
    expect(await runCommandLine(["choose-atlas", "-i", at("set")], options)).toBe(130);
    expect(terminal.said.error).toBe("\nstopping; press Ctrl-C again to stop at once\nvoxelsmith: interrupted\n");
  });

  it("with the real stage, labels that are gone or damaged make no difference, in text and JSON", async () => {
    const flags = ["choose-atlas", "-i", at("heads"), "--all", "--threads", "1", ...TINY];
    const [before, json] = [await runHere(flags), await runHere([...flags, "--json"])];
    expect(before).toMatchObject({ code: 0, error: "" });
    expect(before.out).toMatch(/^\S+: mean similarity 0\.\d{3} with 5 other scans \(range over candidates /);
    const result = json.out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line))
      .find(({ kind }) => kind === "result");
    expect(before.out.startsWith(result.ranking[0].reason)).toBe(true);
    expect(result.ranking).toHaveLength(6);
    for (const name of readdirSync(at("heads/labels"))) writeFileSync(at(`heads/labels/${name}`), "damaged");
    expect(await runHere(flags)).toEqual(before);
    renameSync(at("heads/labels"), at("labels-elsewhere"));
    expect(await runHere(flags)).toEqual(before);
    const unknown = await runHere([...flags.filter((flag) => flag !== "--all"), "--candidates", "atlas-02"]);
    expect(unknown).toMatchObject({ code: 2, out: "" });
    expect(unknown.error).toContain("candidate atlas-02");
    const many = await runHere([...flags, "--count", "7"]);
    expect(many).toMatchObject({ code: 2, out: "" });
    expect(many.error).toContain("7 atlases: expected at least as many candidates, got 6");
  });
});

async function ask(
  flags: readonly string[],
): Promise<{ code: number; out: string; error: string; request: Call["chooseAtlas"] }> {
  const calls: Call[] = [];
  const terminal = memoryTerminal();
  const signal = new AbortController().signal;
  const code = await runCommandLine(["choose-atlas", ...flags], { stages: fakeStages(calls), terminal, signal });
  return { code, ...terminal.said, request: calls[0]?.chooseAtlas };
}
