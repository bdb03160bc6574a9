import type { PairedGain } from "../evaluate/paired-gain.ts";
import type { Spread } from "../evaluate/summary.ts";

/** What stands where there is nothing to say. */
export const NONE = "–";

/** 0.831, or a dash. */
export function plain(value: number | null, digits = 3): string {
  return value === null || Number.isNaN(value) ? NONE : value.toFixed(digits).replace("-", "−");
}

/** +0.036 or −0.012, with the minus sign that is as wide as the plus. */
export function signed(value: number | null, digits = 3): string {
  return value === null || Number.isNaN(value) ? NONE : `${value < 0 ? "" : "+"}${plain(value, digits)}`;
}

/** 0.831 ± 0.045; without the second part where there is one value only. */
export function meanAndSd({ mean, sd }: Spread, digits = 3): string {
  return sd === null ? plain(mean, digits) : `${plain(mean, digits)} ± ${plain(sd, digits)}`;
}

/** 62 %, or a dash; adding 0 takes the sign off a zero. */
export function percent(share: number | null): string {
  return share === null || Number.isNaN(share) ? NONE : `${plain(Math.round(100 * share) + 0, 0)}\u00a0%`;
}

/** p values to two digits: 0.034, 0.00042, 4.2e−8. */
export function pValue(p: number | null): string {
  if (p === null) return NONE;
  if (p < 1e-4) return p === 0 ? "< 1e−300" : p.toExponential(1).replace("-", "−");
  return p > 0.995 ? "1" : p.toPrecision(2);
}

/** 25 s, 12 min, 2.4 h, or a dash for nothing. */
export function duration(seconds: number): string {
  if (seconds === 0) return NONE;
  if (seconds < 90) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  return seconds < 5400 ? `${(seconds / 60).toFixed(0)} min` : `${(seconds / 3600).toFixed(1)} h`;
}

/** "+0.029 to +0.043"; one case alone has no interval. */
export function interval({ low, high, n }: Pick<PairedGain, "low" | "high" | "n">): string {
  return n < 2 ? "no interval" : `${signed(low)} to ${signed(high)}`;
}

/** "1 scan", "49 scans". */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
