import { intensityWindow } from "../figures/intensity-window.ts";
import { pixelSizeMm } from "../figures/page-scale.ts";
import { type CaptionedPicture, encodePng, montage } from "../figures/picture.ts";
import { cutPlane, frameOf, grayPicture, planeOf, type Space } from "../figures/plane.ts";
import { clipClasses, clipClassName } from "./clip-classes.ts";
import type { VideoConfig } from "./config.ts";
import { drawClip } from "./draw-clip.ts";
import { renderClip } from "./render-clip.ts";

const GAP = 4;

/** Frames of a clip side by side. */
const COLUMNS = 8;

/**
 * PNG of what the network is trained on: the first clips, a row each, eight frames from the first to the last; the
 * classes by rows in the caption. @param count At least one; a dozen fill a page.
 */
export function clipSheet(config: VideoConfig, count: number): CaptionedPicture {
  const [frames, height, width] = config.clip;
  const space: Space = { extents: [frames, height, width], spacingMm: [1, 1, 1] };
  const shown = Array.from({ length: COLUMNS }, (_, column) => Math.round((column * (frames - 1)) / (COLUMNS - 1)));
  const draws = Array.from({ length: count }, (_, index) => drawClip(config, "train", index));
  const pixelMm = pixelSizeMm(new Array(COLUMNS).fill(width), new Array(count).fill(height), 1, GAP);
  const rows = draws.map((draw) => {
    const clip = renderClip(draw, config.clip);
    const window = intensityWindow([clip]);
    return shown.map((slice) => {
      const plane = planeOf(space, 0, slice);
      return grayPicture(cutPlane(clip, space, plane).map(window), plane, frameOf(plane, pixelMm));
    });
  });
  const classes = clipClasses(config);
  const names = draws.map(({ classIndex }) => clipClassName(classes[classIndex]));
  const caption =
    "Clips of generated moving objects, the stand-in for video: a row each, " +
    `${COLUMNS} of ${frames} frames from the first to the last. By rows, object and motion: ${names.join("; ")}.`;
  return { png: encodePng(montage(rows, GAP)), caption };
}
