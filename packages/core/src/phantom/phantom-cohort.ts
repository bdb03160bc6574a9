import { createRandom } from "@voxelsmith/engine";
import { drawPhantom, type PhantomDraw } from "./draw-phantom.ts";

export interface PhantomSubject {
  readonly id: string;
  readonly role: "atlas" | "unlabeled" | "test";
  /** How the file lists its voxels; scans of mixed orientation are normal input. */
  readonly axisCodes: string;
  readonly draw: PhantomDraw;
}

export interface PhantomCohortOptions {
  readonly seed: number;
  /** Default: 20. */
  readonly unlabeled?: number;
  /** Default: 6. */
  readonly test?: number;
}

export const PHANTOM_COHORT_DEFAULTS = { unlabeled: 20, test: 6 } as const;

/**
 * One atlas, a pool without labels, and test subjects. Each subject has its own stream of random numbers, so a larger
 * cohort begins with the subjects of a smaller one. The pool's second and the last test subject are stored along
 * other axes than RAS.
 */
export function phantomCohort(options: PhantomCohortOptions): readonly PhantomSubject[] {
  const counts = { atlas: 1, ...PHANTOM_COHORT_DEFAULTS, ...options };
  return (["atlas", "unlabeled", "test"] as const).flatMap((role) =>
    Array.from({ length: counts[role] }, (_, index) => ({
      id: `${role}-${String(index + 1).padStart(2, "0")}`,
      role,
      axisCodes: axisCodesOf(role, index, counts[role]),
      draw: drawPhantom(createRandom(options.seed, "phantom", role, index)),
    })),
  );
}

function axisCodesOf(role: PhantomSubject["role"], index: number, count: number): string {
  if (role === "unlabeled" && index === 1) return "LPS";
  if (role === "test" && index === count - 1) return "PSR";
  return "RAS";
}
