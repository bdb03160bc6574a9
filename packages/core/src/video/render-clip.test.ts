import { describe, expect, it } from "vitest";
import { moments } from "../prepare/normalize.ts";
import { MOTIONS, type Motion, SHAPES, type Shape2d } from "./clip-classes.ts";
import { VIDEO_PRESETS } from "./config.ts";
import { type ClipDraw, drawClip } from "./draw-clip.ts";
import { renderClip } from "./render-clip.ts";
import { shapeDistance } from "./shape-distance.ts";

const CLIP = [16, 32, 32];
const FRAME = 32 * 32;

/** A clip of one class without noise, distractor and drift. */
function quiet(shape: Shape2d, motion: Motion, index = 0): ClipDraw {
  const settings = { ...VIDEO_PRESETS.fast, seed: 6, distractors: 0, drift: 0, noise: 0 };
  const draw = drawClip({ ...settings, shapes: [shape], motions: [motion] }, "train", index);
  return { ...draw, object: { ...draw.object, brightness: 1.5 } };
}

/** A disk on plain ground: its brightness-weighted center `[y, x]` and area in pixels, for each frame. */
function trackOf(motion: Motion): { readonly center: readonly [number, number]; readonly area: number }[] {
  const draw = quiet("disk", motion);
  const plain: ClipDraw = { ...draw, background: [], object: { ...draw.object, texture: [], place: [0, 0] } };
  const clip = renderClip(plain, CLIP);
  const ground = clip.reduce((least, value) => Math.min(least, value));
  const peak = clip.reduce((most, value) => Math.max(most, value));
  return Array.from({ length: CLIP[0] }, (_, frame) => {
    let [area, sumY, sumX] = [0, 0, 0];
    for (let p = 0; p < FRAME; p++) {
      const covered = (clip[frame * FRAME + p] - ground) / (peak - ground);
      area += covered;
      sumY += covered * Math.floor(p / 32);
      sumX += covered * (p % 32);
    }
    return { center: [sumY / area, sumX / area], area };
  });
}

const differenceOf = (clip: Float32Array, a: number, b: number): number => {
  let most = 0;
  for (let p = 0; p < FRAME; p++) most = Math.max(most, Math.abs(clip[a * FRAME + p] - clip[b * FRAME + p]));
  return most;
};

describe("renderClip", () => {
  it("is the same for the same draw, of mean 0 and deviation 1, whatever the extents", () => {
    const config = { ...VIDEO_PRESETS.fast, seed: 2 };
    for (let index = 0; index < 20; index++) {
      const draw = drawClip(config, "train", index);
      const extents = index % 2 === 0 ? CLIP : [16, 24, 40];
      const clip = renderClip(draw, extents);
      const again = renderClip(JSON.parse(JSON.stringify(draw)), extents);
      expect(clip.every((value, at) => value === again[at])).toBe(true); // toEqual takes seconds
      const [mean, deviation] = moments(clip);
      expect(mean).toBeCloseTo(0, 5);
      expect(deviation).toBeCloseTo(1, 5);
    }
  });

  it.each(MOTIONS.filter((motion) => motion !== "standing"))("%s: frames differ, of disks and rings too", (motion) => {
    for (const shape of SHAPES) {
      const clip = renderClip(quiet(shape, motion), CLIP);
      expect(Math.max(differenceOf(clip, 0, 5), differenceOf(clip, 5, 10))).toBeGreaterThan(0.5);
    }
  });

  it("standing: every frame is the first, but for noise and a background that drifts", () => {
    const draw = quiet("cross", "standing");
    const clip = renderClip(draw, CLIP);
    for (let frame = 1; frame < CLIP[0]; frame++) expect(differenceOf(clip, 0, frame)).toBe(0);
    const noisy = renderClip({ ...draw, noise: { deviation: 0.1, seed: 3 } }, CLIP);
    expect(differenceOf(noisy, 0, 1)).toBeGreaterThan(0.05);
    expect(noisy).not.toEqual(renderClip({ ...draw, noise: { deviation: 0.1, seed: 4 } }, CLIP));
    expect(differenceOf(renderClip({ ...draw, drift: [0.3, 0] }, CLIP), 0, 15)).toBeGreaterThan(0.3);
  });

  it("objects go where their motion says, rows counted from below", () => {
    const ways: readonly (readonly [Motion, y: number, x: number])[] = [
      ["right", 0, 1],
      ["left", 0, -1],
      ["up", 1, 0],
      ["down", -1, 0],
      ["left-up", 1, -1],
      ["right-down", -1, 1],
    ];
    for (const [motion, y, x] of ways) {
      const track = trackOf(motion);
      const [from, to] = [track[0].center, track[15].center];
      const signs = [to[0] - from[0], to[1] - from[1]].map((way) => Math.sign(Math.round(way / 2)) + 0); // no -0
      expect(signs).toEqual([y, x]);
    }
    const areas = (motion: Motion): number[] => trackOf(motion).map(({ area }) => area);
    expect(areas("growing")).toEqual(areas("growing").toSorted((a, b) => a - b));
    expect(areas("shrinking")).toEqual(areas("shrinking").toSorted((a, b) => b - a));
    const { object } = quiet("disk", "growing");
    expect(areas("growing")[15] / areas("growing")[0]).toBeCloseTo(Math.exp(2 * object.amount), 1);
  });

  it("counterclockwise turns from right over up, clockwise the other way", () => {
    // A bar that lies along x in the middle of its turn of a quarter: it rises to the right at the end, or falls.
    for (const [motion, sign] of [
      ["counterclockwise", 1],
      ["clockwise", -1],
    ] as const) {
      const draw = quiet("bar", motion);
      const object = { ...draw.object, texture: [], place: [0, 0] as const, angle: 0, amount: Math.PI / 2 };
      const clip = renderClip({ ...draw, background: [], object }, CLIP);
      const slant = (frame: number): number => {
        let sum = 0;
        for (let p = 0; p < FRAME; p++)
          sum += clip[frame * FRAME + p] * (Math.floor(p / 32) - 15.5) * ((p % 32) - 15.5);
        return sum;
      };
      expect(Math.sign(slant(0))).toBe(-sign);
      expect(Math.sign(slant(15))).toBe(sign);
    }
  });
});

it("outlines enclose the areas of their shapes", () => {
  const areas = {
    disk: Math.PI * 0.81,
    ring: Math.PI * (0.96 ** 2 - 0.48 ** 2),
    square: 2.25,
    bar: 1.2,
    cross: 2.04,
    triangle: (3 * Math.sqrt(3)) / 4,
  };
  for (const shape of SHAPES) {
    let inside = 0;
    for (let j = 0; j < 240; j++) {
      for (let i = 0; i < 240; i++) if (shapeDistance(shape, (j - 119.5) / 100, (i - 119.5) / 100) < 0) inside++;
    }
    expect(inside / 1e4).toBeCloseTo(areas[shape], 1);
  }
});
