/** The share of the way from one floor to one ceiling that an arm goes. */
export interface GapShare {
  /** 0 at the floor, 1 at the ceiling; below and above are possible. */
  readonly share: number;
  /** 95 % percentile bootstrap interval over scans; null where the gap itself may be none. */
  readonly low: number | null;
  readonly high: number | null;
  /** How many scans all three have. */
  readonly n: number;
}

/** One scan's Dice under the floor, the arm and the ceiling. */
export type FloorArmCeiling = readonly [number, number, number];

const RESAMPLES = 10_000;
/** A sum of gaps below this is rounding. */
const ROUNDING = 1e-9;

/**
 * (mean of the arm - mean of the floor) / (mean of the ceiling - mean of the floor) over scans, with the interval of
 * scans drawn anew with replacement (Efron 1979), the same ones for all three.
 *
 * @param random uniform in [0, 1); a seeded one gives the same interval again.
 * @returns null without scans and where the ceiling is not above the floor. The interval is null for one scan, and
 * where more than one resample in forty finds no gap: a share of nothing has no bounds.
 */
export function gapShare(scans: readonly FloorArmCeiling[], random: () => number): GapShare | null {
  const n = scans.length;
  const gained = Float64Array.from(scans, ([floor, arm]) => arm - floor);
  const gap = Float64Array.from(scans, ([floor, , ceiling]) => ceiling - floor);
  const total = sum(gap);
  if (!(total > ROUNDING)) return null;
  const share = sum(gained) / total;
  const shares: number[] = [];
  for (let resample = 0; resample < RESAMPLES; resample++) {
    let [ofArm, ofCeiling] = [0, 0];
    for (let draw = 0; draw < n; draw++) {
      const scan = Math.floor(random() * n);
      ofArm += gained[scan];
      ofCeiling += gap[scan];
    }
    if (ofCeiling > ROUNDING) shares.push(ofArm / ofCeiling);
  }
  if (n < 2 || shares.length < RESAMPLES * (39 / 40)) return { share, low: null, high: null, n };
  shares.sort((a, b) => a - b);
  const percentile = (part: number): number => shares[Math.round(part * (shares.length - 1))];
  return { share, low: percentile(0.025), high: percentile(0.975), n };
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
