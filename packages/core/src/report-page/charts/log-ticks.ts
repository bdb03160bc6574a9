/**
 * Ticks of a logarithmic axis: 1, 2 and 5 times the powers of ten between both ends, the powers alone over more than
 * two decades, every digit where fewer than two of them fall between the ends. Undefined where that leaves fewer than
 * two as well; the axis then chooses its own.
 */
export function logTicks(low: number, high: number): number[] | undefined {
  const chosen = ticksAt(high / low > 100 ? [1] : [1, 2, 5], low, high);
  const ticks = chosen.length < 2 ? ticksAt([1, 2, 3, 4, 5, 6, 7, 8, 9], low, high) : chosen;
  return ticks.length < 2 ? undefined : ticks;
}

function ticksAt(factors: readonly number[], low: number, high: number): number[] {
  const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  return Array.from({ length: last - first + 1 }, (_, index) => first + index)
    .flatMap((power) => factors.map((factor) => Number((factor * 10 ** power).toPrecision(3))))
    .filter((tick) => tick >= low && tick <= high);
}

/** 0.5, 200, 2k, 100k, 1M. */
export function shortNumber(value: number): string {
  if (Math.abs(value) >= 1e6) return `${value / 1e6}M`;
  return Math.abs(value) >= 1e3 ? `${value / 1e3}k` : String(value);
}
