import { describe, expect, test } from "vitest";
import { SYNTHESIZE_PRESETS } from "./config.ts";
import { drawExample, type ExampleDraw, splitTargets } from "./draw.ts";

const subjects = Array.from({ length: 20 }, (_, n) => `subject-${n}`);
const targets = { atlases: ["atlas"], subjects };
const at = (index: number, stream = "training") => ({ seed: 7, stream, index });

describe("drawExample", () => {
  test("is plain data that depends on seed, stream and index alone", () => {
    const draw = drawExample(SYNTHESIZE_PRESETS.fast, targets, at(3));
    expect(drawExample(SYNTHESIZE_PRESETS.fast, targets, at(3))).toEqual(draw);
    expect(JSON.parse(JSON.stringify(draw))).toEqual(draw);
    expect(drawExample(SYNTHESIZE_PRESETS.fast, targets, at(4))).not.toEqual(draw);
    expect(drawExample(SYNTHESIZE_PRESETS.fast, targets, at(3, "validation"))).not.toEqual({
      ...draw,
      stream: "validation",
    });
  });

  test("independent draws mix subjects, coupled draws never do; the atlas itself is among them", () => {
    const coupled = { ...SYNTHESIZE_PRESETS.fast, transforms: "coupled" as const };
    const many = Array.from({ length: 400 }, (_, index) => index);
    const mixed = many.map((index) => drawExample(SYNTHESIZE_PRESETS.fast, targets, at(index)));
    expect(mixed.filter((draw) => draw.spatialTarget !== draw.appearanceTarget).length).toBeGreaterThan(340);
    expect(new Set(mixed.map((draw) => draw.spatialTarget)).size).toBe(21);
    for (const index of many) {
      const draw = drawExample(coupled, targets, at(index));
      expect(draw.appearanceTarget).toBe(draw.spatialTarget);
    }
  });

  test("the paper preset adds nothing to the learned transforms", () => {
    const draw = drawExample(SYNTHESIZE_PRESETS.paper, targets, at(1));
    const { affine, gamma, scale, shift, bias, noise } = draw;
    expect(affine.map((value) => value + 0)).toEqual([1, 0, 0, 0, 1, 0, 0, 0, 1]);
    expect([gamma, scale, shift, noise.deviation]).toEqual([1, 1, 0, 0]);
    expect(new Set(bias)).toEqual(new Set([1]));
  });

  test("affine changes stay within their strength", () => {
    for (let index = 0; index < 50; index++) {
      const { affine } = drawExample(SYNTHESIZE_PRESETS.fast, targets, at(index));
      const [a, b, c, d, e, f, g, h, i] = affine;
      const determinant = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
      expect(determinant).toBeGreaterThan(0.92 ** 3 - 1e-9);
      expect(determinant).toBeLessThan(1.08 ** 3 + 1e-9);
    }
  });
});

describe("kinds of examples", () => {
  const many = Array.from({ length: 600 }, (_, index) => index);
  const drawn = (change: Partial<(typeof SYNTHESIZE_PRESETS)["paper"]>) =>
    many.map((index) => drawExample({ ...SYNTHESIZE_PRESETS.paper, ...change }, targets, at(index)));

  test("without learned transforms an example keeps the atlas's shape and intensities", () => {
    for (const draw of drawn({ transforms: "none" }))
      expect([draw.atlas, draw.spatialTarget, draw.appearanceTarget]).toEqual(["atlas", "atlas", "atlas"]);
  });

  test("rand-aug makes its share, with displacement, factor and clipping, and no learned transform", () => {
    const draws = drawn({ randomShare: 0.5 });
    const random = draws.filter(({ clipped }) => clipped);
    expect(random.length / draws.length).toBeCloseTo(0.5, 1);
    for (const draw of random) {
      expect([draw.spatialTarget, draw.appearanceTarget]).toEqual(["atlas", "atlas"]);
      expect(draw.displacement.rms).toBe(0.017);
      expect(Math.abs(draw.scale - 1)).toBeLessThanOrEqual(0.5);
    }
    for (const draw of draws.filter(({ clipped }) => !clipped)) expect(draw.displacement.rms).toBe(0);
  });

  test("pseudo-labeled scans make their share and stand for themselves; rand-aug has its share of the rest", () => {
    const draws = drawn({ pseudoShare: 0.5, randomShare: 0.5 });
    const pseudo = draws.filter(({ atlas }) => atlas !== "atlas");
    expect(pseudo.length / draws.length).toBeCloseTo(0.5, 1);
    expect(draws.filter(({ clipped }) => clipped).length / draws.length).toBeCloseTo(0.25, 1);
    for (const draw of pseudo) expect([draw.spatialTarget, draw.appearanceTarget]).toEqual([draw.atlas, draw.atlas]);
  });

  test("half are mirrored where that is allowed", () => {
    const mirrored = (draws: readonly ExampleDraw[]): number =>
      draws.filter(({ affine }) => affine[8] < 0).length / draws.length;
    expect(mirrored(drawn({ flip: "left-right" }))).toBeCloseTo(0.5, 1);
    expect(mirrored(drawn({}))).toBe(0);
  });
});

describe("splitTargets", () => {
  test("validation and training subjects are apart and together are all", () => {
    const { training, validation } = splitTargets(targets, 0.1);
    expect(validation.subjects).toHaveLength(2);
    expect([...training.subjects, ...validation.subjects].sort()).toEqual([...subjects].sort());
  });

  test("too few subjects are not split", () => {
    const few = { atlases: ["atlas"], subjects: subjects.slice(0, 3) };
    expect(splitTargets(few, 0.2)).toEqual({ training: few, validation: few });
  });
});
