import { decode } from "fast-png";
import { expect, test } from "vitest";
import { clipSheet } from "./clip-sheet.ts";
import { VIDEO_PRESETS } from "./config.ts";

test("a sheet has a row of eight frames for each clip, and names its classes", () => {
  const config = { ...VIDEO_PRESETS.fast, seed: 1, preset: "fast", device: "cpu", threads: 1 } as const;
  const { png, caption } = clipSheet(
    { ...config, shapes: ["ring"], motions: ["up", "standing"], clip: [16, 20, 24] },
    2,
  );
  const { width, height } = decode(png);
  expect((width - 4) / 8 - 4).toBeCloseTo(((height - 4) / 2 - 4) * 1.2, -0.5);
  expect(caption).toContain("8 of 16 frames");
  expect(caption).toContain("ring, up");
  expect(caption).toContain("ring, standing");
});
