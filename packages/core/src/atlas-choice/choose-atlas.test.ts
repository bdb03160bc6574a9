import { createRandom, type Random } from "@voxelsmith/engine";
import { describe, expect, test } from "vitest";
import { InputError } from "../errors.ts";
import { writeNifti } from "../io/nifti-write.ts";
import { drawPhantom, type PhantomDraw } from "../phantom/draw-phantom.ts";
import { renderPhantom } from "../phantom/render-phantom.ts";
import { PREPARE_PRESETS } from "../prepare/config.ts";
import type { RunEvent } from "../run/progress.ts";
import { type ChooseAtlasRequest, chooseAtlas } from "./choose-atlas.ts";

const MM = 3;
const COHORT = 6;

/** Heads of 60 x 72 x 60 mm around the world's origin, at 3 mm. */
function scanOf(draw: PhantomDraw): Uint8Array {
  const affine = [MM, 0, 0, -28.5, 0, MM, 0, -34.5, 0, 0, MM, -28.5, 0, 0, 0, 1];
  return writeNifti(renderPhantom({ ...draw, noise: { level: 0.01, seed: 3 } }, { dims: [20, 24, 20], affine }).image);
}

/** Every parameter in the middle of its range: the head that the others vary around. */
const middle: Random = { ...createRandom(1, "middle"), between: (low, high) => (low + high) / 2 };
const meanHead: PhantomDraw = { ...drawPhantom(middle), waves: [] };

/** Waves of three times the height fold the head beyond anything that the others show. */
function oddHead(): PhantomDraw {
  const draw = drawPhantom(createRandom(9, "odd"));
  const waves = draw.waves.map((wave) => {
    const [x, y, z] = wave.amplitudeMm;
    return { ...wave, amplitudeMm: [3 * x, 3 * y, 3 * z] as const };
  });
  return { ...draw, waves };
}

/** The odd one is the first, because all are first aligned to the first. */
function cohort(): Map<string, Uint8Array> {
  const files = new Map([["odd.nii", scanOf(oddHead())]]);
  for (let n = 1; n <= COHORT; n++) files.set(`head-${n}.nii`, scanOf(drawPhantom(createRandom(n, "head"))));
  return files.set("mean.nii", scanOf(meanHead));
}

function requestOn(files: ReadonlyMap<string, Uint8Array>, events: RunEvent[] = []): ChooseAtlasRequest {
  return {
    scans: [...files.keys()].map((image) => ({ id: image.replace(".nii", ""), image })),
    prepare: { ...PREPARE_PRESETS.fast, multipleOf: 8, marginVoxels: 2, alignmentSteps: 15 },
    ...{ device: "cpu", threads: 1, seed: 1 },
    signal: new AbortController().signal,
    emit: (event) => void events.push(event),
    readFile: async (path) => {
      const bytes = files.get(path);
      if (bytes !== undefined) return bytes;
      throw new InputError({ subject: path, expected: "a file", got: "no such file", todo: "Check the path." });
    },
  };
}

const files = cohort();

describe("chooseAtlas", () => {
  test("puts the mean shape first and the odd one last, and says why", async () => {
    const result = await chooseAtlas(requestOn(files));
    const ids = result.ranking.map(({ id }) => id);
    expect(ids).toHaveLength(COHORT + 2);
    expect(ids[0]).toBe("mean");
    expect(ids.at(-1)).toBe("odd");
    const [best, last] = [result.ranking[0], result.ranking[COHORT + 1]];
    expect(best.reason).toMatch(
      /^mean: mean similarity 0\.\d{3} with 7 other scans \(range over candidates 0\.\d{3} to 0\.\d{3}\); size \d\.\d\d of the average/,
    );
    expect(best.reason).toContain(`${last.similarity.toFixed(3)} to ${best.similarity.toFixed(3)}`);
    expect(result.leftOut).toEqual([]);
  });

  test("gives bit by bit the same the next time", async () => {
    const some = requestOn(new Map([...files].slice(4)));
    const request = { ...some, prepare: { ...some.prepare, alignmentSteps: 5 } };
    expect(await chooseAtlas(request)).toEqual(await chooseAtlas(request));
  });

  test("names scans that cannot be used, goes on without them, and counts them out", async () => {
    const events: RunEvent[] = [];
    const slice = { dims: [20, 24, 1] as const, affine: [MM, 0, 0, 0, 0, MM, 0, 0, 0, 0, MM, 0, 0, 0, 0, 1] };
    const flat = writeNifti({ kind: "image", ...slice, data: Float32Array.from({ length: 480 }, (_, n) => n) });
    const some = new Map([...files].slice(0, 5));
    const result = await chooseAtlas(
      requestOn(some.set("damaged.nii", new Uint8Array(20)).set("slice.nii", flat), events),
    );
    expect(result.leftOut.map(({ id }) => id)).toEqual(["damaged", "slice"]);
    expect(result.leftOut[1].why).toContain("expected a 3-D volume");
    expect(result.ranking.map(({ others }) => others)).toEqual([4, 4, 4, 4, 4]);
    const warnings = events.filter(({ kind }) => kind === "warning");
    expect(warnings).toHaveLength(2);
    const steps = events.filter((event) => event.kind === "step");
    expect([...new Set(steps.map(({ stage }) => stage))]).toEqual(["read", "align", "align again", "compare"]);
  });

  test("a cut and a clipped scan are named for what they are", async () => {
    const draw = drawPhantom(createRandom(2, "head"));
    const affine = [MM, 0, 0, -28.5, 0, MM, 0, -34.5, 0, 0, MM, -28.5, 0, 0, 0, 1];
    const { image } = renderPhantom(draw, { dims: [20, 24, 12], affine });
    const ceiling = [...image.data].sort((a, b) => a - b)[Math.floor(0.8 * image.data.length)];
    const clipped = { ...image, data: image.data.map((value) => Math.min(value, ceiling)) };
    const some = new Map([...files].slice(3)).set("cut.nii", writeNifti(clipped));
    const { ranking } = await chooseAtlas({ ...requestOn(some), candidates: ["cut", "mean"] });
    expect(ranking.map(({ id }) => id)).toEqual(["mean", "cut"]);
    expect(ranking[1].cutOff).toBeGreaterThan(0.2);
    expect(ranking[1].reason).toMatch(/\d+ % of what most scans show is cut off; 20 % of its voxels are saturated$/);
  });

  test.each([
    ["fewer than three scans", [...files].slice(0, 2), {}, "at least 3"],
    ["fewer than three that can be read", damagedExcept(2), {}, "got 2, with 6 left out, head-2 for one"],
    ["an unknown candidate", [...files], { candidates: ["head-11"] }, "Did you mean head-1,"],
    ["more atlases than candidates", [...files], { candidates: ["odd", "mean"], count: 3 }, "got 2"],
  ] as const)("%s is bad input", async (_, some, change, words) => {
    const choice = chooseAtlas({ ...requestOn(new Map(some)), ...change });
    await expect(choice).rejects.toThrow(InputError);
    await expect(choice).rejects.toThrow(words);
  });

  test("two scans of one id are bad input, and a stop is a stop", async () => {
    const request = requestOn(files);
    const twice = [...request.scans, { id: "mean", image: "other/mean.nii" }];
    await expect(chooseAtlas({ ...request, scans: twice })).rejects.toThrow("mean.nii and other/mean.nii");
    const signal = AbortSignal.abort();
    await expect(chooseAtlas({ ...request, signal })).rejects.toBe(signal.reason);
  });
});

function damagedExcept(count: number): (readonly [string, Uint8Array])[] {
  return [...files].map(([path, bytes], index) => [path, index < count ? bytes : bytes.slice(0, 40)]);
}
