import { createRandom, type Shape } from "@voxelsmith/engine";
import { moments } from "../prepare/normalize.ts";
import type { ClipDraw, ObjectDraw, PlaneWave } from "./draw-clip.ts";
import { poseAt } from "./pose-at.ts";
import { shapeDistance } from "./shape-distance.ts";

/** One frame, rows from the lowest up, and how its pixels lie: the center of a pixel is at `(index - origin) / side`. */
interface Frame {
  readonly values: Float32Array;
  readonly height: number;
  readonly width: number;
  /** Pixels to the unit of length. */
  readonly side: number;
}

/**
 * The clip of a draw, `[frames, height, width]`, row 0 the lowest, mean 0 and standard deviation 1: textured background,
 * then the distractor, then the object, both with edges that cover pixels in part, times the contrast, plus noise.
 */
export function renderClip(draw: ClipDraw, [frames, height, width]: Shape): Float32Array {
  const size = height * width;
  const clip = new Float32Array(frames * size);
  const side = Math.min(height, width);
  for (let index = 0; index < frames; index++) {
    const t = index / Math.max(1, frames - 1);
    const frame: Frame = { values: clip.subarray(index * size, (index + 1) * size), height, width, side };
    for (const wave of draw.background) addWave(frame, wave, [draw.drift[0] * t, draw.drift[1] * t]);
    if (draw.distractor !== null) paintObject(frame, draw.distractor, t);
    paintObject(frame, draw.object, t);
  }
  const { deviation, seed } = draw.noise;
  if (deviation > 0) addNoise(clip, draw.contrast, deviation, seed);
  const [mean, spread] = moments(clip);
  return clip.map((value) => (value - mean) / spread);
}

/** Adds a wave that was moved by `[y, x]` sides. cos(a + b) = cos a cos b - sin a sin b: rows and columns apart. */
function addWave({ values, height, width, side }: Frame, wave: PlaneWave, [moveY, moveX]: readonly number[]): void {
  const [ky, kx] = wave.frequency;
  const columns = Array.from({ length: width }, (_, i) => kx * ((i + 0.5 - width / 2) / side - moveX));
  const cosines = columns.map(Math.cos);
  const sines = columns.map(Math.sin);
  for (let j = 0, at = 0; j < height; j++) {
    const row = ky * ((j + 0.5 - height / 2) / side - moveY) + wave.phase;
    const [cosine, sine] = [wave.amplitude * Math.cos(row), wave.amplitude * Math.sin(row)];
    for (let i = 0; i < width; i++, at++) values[at] += cosine * cosines[i] - sine * sines[i];
  }
}

/** Paints an object over what is there; a pixel on its rim is a mixture. */
function paintObject({ values, height, width, side }: Frame, object: ObjectDraw, t: number): void {
  const pose = poseAt(object, t);
  const radius = pose.radius * side; // pixels
  const [centerY, centerX] = [pose.y * side + height / 2 - 0.5, pose.x * side + width / 2 - 0.5]; // pixels
  const reach = 1.1 * radius + 1; // the corners of the square lie beyond its radius
  const [cosine, sine] = [Math.cos(pose.angle) / radius, Math.sin(pose.angle) / radius];
  const lastRow = Math.min(height - 1, Math.ceil(centerY + reach));
  const lastColumn = Math.min(width - 1, Math.ceil(centerX + reach));
  for (let j = Math.max(0, Math.floor(centerY - reach)); j <= lastRow; j++) {
    for (let i = Math.max(0, Math.floor(centerX - reach)); i <= lastColumn; i++) {
      // The object's own coordinates, in radii.
      const y = cosine * (j - centerY) - sine * (i - centerX);
      const x = sine * (j - centerY) + cosine * (i - centerX);
      const covered = Math.min(Math.max(0.5 - radius * shapeDistance(object.shape, y, x), 0), 1);
      if (covered === 0) continue;
      let value = object.brightness;
      for (const { frequency, phase, amplitude } of object.texture) {
        value += amplitude * Math.cos(frequency[0] * y + frequency[1] * x + phase);
      }
      values[j * width + i] += covered * (value - values[j * width + i]);
    }
  }
}

/** contrast * scene + deviation * noise, in place. */
function addNoise(clip: Float32Array, contrast: number, deviation: number, seed: number): void {
  const noise = createRandom(seed, "video", "noise").normals(clip.length);
  for (let at = 0; at < clip.length; at++) clip[at] = contrast * clip[at] + deviation * noise[at];
}
