/** Red, green and blue, 0 to 255. */
export type Color = readonly [red: number, green: number, blue: number];

/** Okabe and Ito's colors without black, told apart by color-blind readers. */
const HUES: readonly Color[] = [
  [230, 159, 0],
  [86, 180, 233],
  [0, 158, 115],
  [240, 228, 66],
  [213, 94, 0],
  [204, 121, 167],
  [0, 114, 178],
];

/** Every seven classes the hues come again, mixed with white (above 0) or with black (below 0) by this share. */
const TINTS = [0, 0.5, -0.4, 0.75, -0.6];

/** The color of class 1, 2, ...; beyond the 35th they begin again. */
export function labelColor(classIndex: number): Color {
  const hue = HUES[(classIndex - 1) % HUES.length];
  const tint = TINTS[Math.floor((classIndex - 1) / HUES.length) % TINTS.length];
  const end: Color = tint > 0 ? [255, 255, 255] : [0, 0, 0];
  return mixColors(hue, end, Math.abs(tint));
}

/** `share` of the second color, the rest of the first. */
export function mixColors(first: Color, second: Color, share: number): Color {
  const mixed = (channel: 0 | 1 | 2): number => Math.round(first[channel] + share * (second[channel] - first[channel]));
  return [mixed(0), mixed(1), mixed(2)];
}

/** As CSS writes it, for example `#e69f00`. */
export function hexColor(color: Color): string {
  return `#${color.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
}
