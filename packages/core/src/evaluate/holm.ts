import type { PairedTest } from "./paired-test.ts";

/**
 * p values adjusted for being several (Holm 1979): the i-th smallest of m is multiplied by m - i + 1, cut at 1 and never
 * let fall below the one before. Rejecting what stays at or below 0.05 keeps the chance of even one false rejection at
 * or below 5 %, whatever depends on what. Null, a test that could not be made, stays null and does not count.
 */
export function holm(pValues: readonly (number | null)[]): (number | null)[] {
  const tested = pValues.flatMap((p, index) => (p === null ? [] : [{ p, index }])).sort((a, b) => a.p - b.p);
  const adjusted: (number | null)[] = pValues.map(() => null);
  let floor = 0;
  for (const [rank, { p, index }] of tested.entries()) {
    floor = Math.max(floor, Math.min(1, p * (tested.length - rank)));
    adjusted[index] = floor;
  }
  return adjusted;
}

/** A test and its p value adjusted for all that were tested beside it. */
export type AdjustedTest = PairedTest & { readonly holmP: number };

/** Tests with their adjusted p values; one that could not be made stays null. */
export function adjustedTests(tests: readonly (PairedTest | null)[]): (AdjustedTest | null)[] {
  const holmed = holm(tests.map((test) => test?.p ?? null));
  return tests.map((test, index) => {
    const holmP = holmed[index];
    return test === null || holmP === null ? null : { ...test, holmP };
  });
}
