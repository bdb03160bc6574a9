/** A function that takes percentiles 1 and 99 of all the values to 0 and 1 and clips beyond; all to 0 where they are one. */
export function intensityWindow(cuts: readonly Float32Array[]): (value: number) => number {
  const sorted = Float32Array.from(cuts.flatMap((cut) => [...cut])).sort();
  const [low, high] = [0.01, 0.99].map((share) => sorted[Math.round(share * (sorted.length - 1))]);
  return high > low ? (value) => Math.min(Math.max((value - low) / (high - low), 0), 1) : () => 0;
}
