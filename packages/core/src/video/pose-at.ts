import { motionKind } from "./clip-classes.ts";
import type { ObjectDraw } from "./draw-clip.ts";

/** Where an object is at one moment: sides from the middle of the picture, radians counterclockwise, sides. */
export interface Pose {
  readonly y: number;
  readonly x: number;
  readonly angle: number;
  readonly radius: number;
}

/** The pose of an object at time t, 0 at the first frame and 1 at the last. */
export function poseAt({ motion, place: [y, x], angle, radius, amount, phase }: ObjectDraw, t: number): Pose {
  const way = amount * (t - 0.5); // -amount / 2 to amount / 2
  const wave = Math.sin(2 * Math.PI * t + phase);
  const kind = motionKind(motion);
  switch (kind.kind) {
    case "travel":
      return { y: y + way * kind.direction[0], x: x + way * kind.direction[1], angle, radius };
    case "swing":
      return { y: y + amount * wave * kind.direction[0], x: x + amount * wave * kind.direction[1], angle, radius };
    case "turn":
      return { y, x, angle: angle + kind.sense * way, radius };
    case "grow":
      return { y, x, angle, radius: radius * Math.exp(kind.sense * way) };
    case "pulse":
      return { y, x, angle, radius: radius * Math.exp((amount / 2) * wave) };
    case "stand":
      return { y, x, angle, radius };
  }
}
