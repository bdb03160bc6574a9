/** Outlines of the objects. */
export const SHAPES = ["disk", "ring", "square", "triangle", "bar", "cross"] as const;
export type Shape2d = (typeof SHAPES)[number];

/** What an object does. Directions are `[y, x]`, y up and x to the right. */
export type MotionKind =
  /** From one place to another. */
  | { readonly kind: "travel"; readonly direction: readonly [y: number, x: number] }
  /** There and back. */
  | { readonly kind: "swing"; readonly direction: readonly [y: number, x: number] }
  /** On the spot; +1 counterclockwise. */
  | { readonly kind: "turn"; readonly sense: 1 | -1 }
  /** +1 larger, -1 smaller. */
  | { readonly kind: "grow"; readonly sense: 1 | -1 }
  /** Larger and smaller again. */
  | { readonly kind: "pulse" }
  | { readonly kind: "stand" };

const MOTION_KINDS = {
  right: { kind: "travel", direction: [0, 1] },
  left: { kind: "travel", direction: [0, -1] },
  up: { kind: "travel", direction: [1, 0] },
  down: { kind: "travel", direction: [-1, 0] },
  "right-up": { kind: "travel", direction: [Math.SQRT1_2, Math.SQRT1_2] },
  "right-down": { kind: "travel", direction: [-Math.SQRT1_2, Math.SQRT1_2] },
  "left-up": { kind: "travel", direction: [Math.SQRT1_2, -Math.SQRT1_2] },
  "left-down": { kind: "travel", direction: [-Math.SQRT1_2, -Math.SQRT1_2] },
  "swinging-across": { kind: "swing", direction: [0, 1] },
  "swinging-upright": { kind: "swing", direction: [1, 0] },
  counterclockwise: { kind: "turn", sense: 1 },
  clockwise: { kind: "turn", sense: -1 },
  growing: { kind: "grow", sense: 1 },
  shrinking: { kind: "grow", sense: -1 },
  pulsing: { kind: "pulse" },
  standing: { kind: "stand" },
} as const satisfies Readonly<Record<string, MotionKind>>;

export type Motion = keyof typeof MOTION_KINDS;

/** Names of all motions, each once. */
export const MOTIONS: readonly Motion[] = Object.keys(MOTION_KINDS) as Motion[];

export function motionKind(motion: Motion): MotionKind {
  return MOTION_KINDS[motion];
}

/** What is to be recognized in a clip: which object, and what it does. */
export interface ClipClass {
  readonly shape: Shape2d;
  readonly motion: Motion;
}

/** The classes of shapes and motions: class `shapeIndex * motions.length + motionIndex`. */
export function clipClasses({
  shapes,
  motions,
}: {
  readonly shapes: readonly Shape2d[];
  readonly motions: readonly Motion[];
}): readonly ClipClass[] {
  return shapes.flatMap((shape) => motions.map((motion) => ({ shape, motion })));
}

/** "cross, right-up" */
export function clipClassName({ shape, motion }: ClipClass): string {
  return `${shape}, ${motion}`;
}
