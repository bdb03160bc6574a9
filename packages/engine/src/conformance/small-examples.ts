import { createRandom } from "../random.ts";

type Center = readonly [number, number, number];

/** Value of a voxel from its distance to a center. */
function ball(n: number, center: Center, value: (distance: number) => number): Float32Array {
  return Float32Array.from({ length: n ** 3 }, (_, at) => {
    const [d, h, w] = [Math.floor(at / n / n), Math.floor(at / n) % n, at % n];
    return value(Math.hypot(d - center[0], h - center[1], w - center[2]));
  });
}

/** A soft ball in the atlas and the same ball moved by a voxel in the subject, with a little noise on both. */
export function registrationExample(n: number, step: number): { atlas: Float32Array; subject: Float32Array } {
  const random = createRandom(3, "registration", step);
  const middle = (n - 1) / 2;
  const soft = (center: Center): Float32Array =>
    ball(n, center, (distance) => Math.exp(-((distance / (n / 4)) ** 2)) + 0.05 * random.normal());
  return { atlas: soft([middle, middle, middle]), subject: soft([middle + 1, middle, middle - 1]) };
}

/** Two shells around a random center; labels are one-hot background, shell and core. */
export function segmentationExample(n: number, step: number): { image: Float32Array; labels: Float32Array } {
  const random = createRandom(3, "segmentation", step);
  const position = (): number => n / 2 + random.between(-1, 1);
  const center = [position(), position(), position()] as const;
  const classes = ball(n, center, (distance) => (distance < n / 5 ? 2 : distance < n / 3 ? 1 : 0));
  const labels = Float32Array.from({ length: 3 * n ** 3 }, (_, at) =>
    classes[at % n ** 3] === Math.floor(at / n ** 3) ? 1 : 0,
  );
  return { image: classes.map((value) => value + 0.2 * random.normal()), labels };
}
