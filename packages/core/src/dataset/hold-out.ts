import { InputError } from "../errors.ts";

/**
 * Splits labeled cases into those to train on (their labels unused) and those to test on: the last by id.
 * A block at the end, and not every fifth: neighboring numbers are often one person, and both must be on one side.
 */
export function holdOutLast(
  ids: readonly string[],
  share: number,
): { readonly train: readonly string[]; readonly test: readonly string[] } {
  if (!(share >= 0 && share < 1)) {
    throw new InputError({
      subject: `--hold-out ${share}`,
      expected: "a share from 0 to below 1",
      got: String(share),
      todo: "Give for example 0.2.",
    });
  }
  const sorted = [...ids].sort();
  const kept = sorted.length - Math.round(sorted.length * share);
  return { train: sorted.slice(0, kept), test: sorted.slice(kept) };
}
