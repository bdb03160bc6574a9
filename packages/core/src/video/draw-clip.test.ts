import { describe, expect, it } from "vitest";
import { clipClasses, clipClassName, MOTIONS, SHAPES } from "./clip-classes.ts";
import { VIDEO_PRESETS } from "./config.ts";
import { drawClip } from "./draw-clip.ts";
import { poseAt } from "./pose-at.ts";

const config = { ...VIDEO_PRESETS.fast, seed: 4, shapes: [...SHAPES], motions: [...MOTIONS] };
const classes = clipClasses(config);
const streams = ["train", "validation"] as const;

describe("drawClip", () => {
  it("is plain data of seed, stream and number alone", () => {
    const draw = drawClip(config, "train", 17);
    drawClip(config, "train", 3);
    expect(drawClip(config, "train", 17)).toEqual(draw);
    expect(JSON.parse(JSON.stringify(draw))).toEqual(draw);
    const others = [
      drawClip(config, "train", 18),
      drawClip(config, "validation", 17),
      drawClip({ ...config, seed: 5 }, "train", 17),
    ];
    for (const other of others) expect(other.object).not.toEqual(draw.object);
  });

  it.each(streams)("%s: every class comes once in each period, in another order", (stream) => {
    const orders = [0, 1].map((period) =>
      classes.map((_, n) => drawClip(config, stream, period * classes.length + n).classIndex),
    );
    for (const order of orders) expect(order.toSorted((a, b) => a - b)).toEqual([...classes.keys()]);
    expect(orders[0]).not.toEqual(orders[1]);
  });

  it("the object is of its class and, at any time, larger than the distractor; shares are kept", () => {
    const draws = Array.from({ length: 400 }, (_, index) => drawClip(config, "train", index));
    const times = [0, 0.25, 0.5, 0.75, 1];
    for (const { classIndex, object, distractor } of draws) {
      expect({ shape: object.shape, motion: object.motion }).toEqual(classes[classIndex]);
      if (distractor === null) continue;
      const [smallest, largest] = [
        Math.min(...times.map((t) => poseAt(object, t).radius)),
        Math.max(...times.map((t) => poseAt(distractor, t).radius)),
      ];
      expect(smallest / largest).toBeGreaterThan(1);
    }
    const share = (has: (draw: (typeof draws)[number]) => boolean): number => draws.filter(has).length / draws.length;
    expect(share(({ distractor }) => distractor !== null)).toBeCloseTo(config.distractors, 1);
    expect(share(({ drift }) => drift[0] !== 0 || drift[1] !== 0)).toBeCloseTo(config.drift, 1);
  });

  it("classes have names of their own", () => {
    expect(new Set(classes.map(clipClassName)).size).toBe(SHAPES.length * MOTIONS.length);
    expect(clipClassName({ shape: "cross", motion: "right-up" })).toBe("cross, right-up");
  });
});
