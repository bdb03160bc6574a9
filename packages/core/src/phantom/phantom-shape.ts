/** Names of the phantom's labels; head, fluid and white matter are background, as in many real atlases. */
export const PHANTOM_LABELS: Readonly<Record<string, string>> = {
  1: "cortex",
  2: "ventricle",
  3: "thalamus",
  4: "putamen",
};

/** What differs between subjects beyond pose and displacement. */
export interface PhantomShape {
  readonly thicknessMm: number;
  readonly foldDepthMm: number;
  /** Shifts the fold pattern along x, y and z, in radians. */
  readonly foldPhase: readonly [number, number, number];
  readonly ventricleRadiusMm: number;
  readonly ventricleArcMm: number;
  readonly thalamusScale: readonly [number, number, number];
  readonly putamenScale: readonly [number, number, number];
  readonly putamenOffsetMm: readonly [number, number, number];
}

/** About how far a point lies outside of each surface, in mm; negative inside. */
export interface SurfaceDistances {
  head: number;
  skull: number;
  pial: number;
  white: number;
  ventricle: number;
  thalamus: number;
  putamen: number;
}

/** Beyond this distance from the head no tissue reaches into a voxel. */
const AIR_MM = 3;
const HEAD_MM = [26.5, 32, 26.5] as const;
const SKULL_MM = [24.3, 29.8, 24.3] as const;
const BRAIN_MM = [22.2, 27.6, 21.8] as const;
/** Radians per mm: neighboring sulci stand about 12 mm apart. */
const FOLD_FREQUENCY = (2 * Math.PI) / 25;

/**
 * Writes the distances of the point `[x, y, z]` (mm from the brain's center, RAS) to the surfaces of the anatomy into
 * `out`, one object for all voxels because this is the inner loop. Left and right mirror each other here; the
 * displacement makes them differ.
 */
export function surfaceDistances(x: number, y: number, z: number, shape: PhantomShape, out: SurfaceDistances): void {
  const side = Math.abs(x);
  out.head = ellipsoid(x, y, z, HEAD_MM[0], HEAD_MM[1], HEAD_MM[2]);
  if (out.head > AIR_MM) {
    // Half of a scan is air, and every other surface is farther away: no need to know how far.
    out.skull = out.pial = out.white = out.ventricle = out.thalamus = out.putamen = out.head;
    return;
  }
  out.skull = ellipsoid(x, y, z, SKULL_MM[0], SKULL_MM[1], SKULL_MM[2]);

  // The ribbon: sulci cut into the outer surface; the inner one follows in wider valleys, so that cortex lines both banks.
  const brain = ellipsoid(x, y, z, BRAIN_MM[0], BRAIN_MM[1], BRAIN_MM[2]);
  const fold = foldPattern(x, y, z, shape.foldPhase);
  const pial = brain + shape.foldDepthMm * Math.exp(-((fold / 0.22) ** 2));
  const white = brain + shape.thicknessMm + shape.foldDepthMm * Math.exp(-((fold / 0.62) ** 2));
  // The gap between the hemispheres reaches down to the bridge of white matter around the ventricles.
  const bridge = 12 * (Math.sqrt((y / 19) ** 2 + ((z + 3) / 14) ** 2) - 1);
  const gap = Math.max(side - 0.9, -bridge);
  out.pial = Math.max(pial, -gap);
  out.white = Math.max(white, shape.thicknessMm - gap);

  // The tubes part toward the back.
  out.ventricle = curvedTube(side - 5 - 0.1 * Math.max(-y, 0), y + 1, z, shape);
  const [tx, ty, tz] = shape.thalamusScale;
  out.thalamus = ellipsoid(side - 5.4, y + 3, z + 1, 4.6 * tx, 6.6 * ty, 4.8 * tz);
  const [px, py, pz] = shape.putamenScale;
  const [ox, oy, oz] = shape.putamenOffsetMm;
  const [dy, dz] = [y - 2 - oy, z + 1.5 - oz];
  // Bent like a shell around the thalamus: front and back turn inward.
  const bend = 0.02 * dy * dy + 0.02 * dz * dz;
  out.putamen = ellipsoid(side - 13.4 - ox + bend, dy, dz, 3.4 * px, 8.4 * py, 6.2 * pz);
}

/** Signed distance to an ellipsoid at the origin, exact to first order near the surface: `k (k - 1) / |grad k^2 / 2|`. */
function ellipsoid(x: number, y: number, z: number, a: number, b: number, c: number): number {
  const [u, v, w] = [x / a, y / b, z / c];
  const k = Math.sqrt(u * u + v * v + w * w);
  const slope = Math.sqrt((u / a) ** 2 + (v / b) ** 2 + (w / c) ** 2);
  return slope > 0 ? (k * (k - 1)) / slope : -Math.min(a, b, c);
}

/**
 * Zero along the sulci, up to 1.5 in size between them: a gyroid `sin x cos y + sin y cos z + sin z cos x` read where the
 * ray from the center meets the brain's surface, so that sulci run inward and meander over the surface.
 */
function foldPattern(x: number, y: number, z: number, phase: readonly [number, number, number]): number {
  const k = Math.sqrt((x / BRAIN_MM[0]) ** 2 + (y / BRAIN_MM[1]) ** 2 + (z / BRAIN_MM[2]) ** 2);
  const scale = FOLD_FREQUENCY / Math.max(k, 0.2);
  // Mirrored, as gyri are.
  const u = Math.abs(x) * scale + phase[0];
  const v = y * scale + phase[1];
  const w = z * scale + phase[2];
  return Math.sin(u) * Math.cos(v) + Math.sin(v) * Math.cos(w) + Math.sin(w) * Math.cos(u);
}

/** Distance to an arc in the y-z plane that is open below and in front, thinner toward its ends. */
function curvedTube(x: number, y: number, z: number, shape: PhantomShape): number {
  const arc = shape.ventricleArcMm;
  const [first, last] = [0.35, 3.7]; // radians from the front, over the top, to the back and down
  const turned = Math.atan2(z + 3, y);
  const angle = turned < (first + last) / 2 - Math.PI ? turned + 2 * Math.PI : turned;
  const nearest = Math.min(Math.max(angle, first), last);
  const [cy, cz] = [1.25 * arc * Math.cos(nearest), arc * Math.sin(nearest) - 3];
  const middle = (nearest - first) / (last - first);
  const radius = shape.ventricleRadiusMm * (0.65 + 0.5 * Math.sin(Math.PI * middle));
  return Math.sqrt(x * x + (y - cy) ** 2 + (z - cz) ** 2) - radius;
}
