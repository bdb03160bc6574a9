import type { PreparedSet } from "../prepare/prepared-set.ts";
import { axisCodes } from "../volume/orientation.ts";
import type { LabelMap } from "../volume/volume.ts";
import type { SegmentConfig } from "./config.ts";

/** A border between two structures that an expert drew as a plane across an anatomical axis. */
export interface PlanarBorder {
  /** The direction, in front or above, in which the first structure lies. */
  readonly towards: "A" | "S";
  readonly labels: readonly [number, number];
}

/** Share of the voxels of both structures that a plane must leave on their side. */
const LEAST_KEPT = 0.98;
/** Share of the cross-section at the plane over which the two must touch, one slice before or behind allowed. */
const LEAST_TOUCHING = 0.8;
/** Voxel faces; contacts of fewer may be flat by chance, as that of brain stem and fluid is at 2 mm. */
const LEAST_FACES = 30;

/**
 * Pairs of structures that meet all over a cross-section, in a plane across the front-to-back or the vertical axis: head and
 * body of the hippocampus, for example, which nothing in an image separates and which experts cut apart at a slice. A step
 * of one slice still counts. Left and right are no such pair: what separates them is the midline, which lies as the head does.
 */
export function findPlanarBorders(map: LabelMap): readonly PlanarBorder[] {
  const codes = axisCodes(map.affine);
  const profiles = profilesOf(map);
  return contactsOf(map).flatMap(({ labels: [one, other], axis, faces }) => {
    const direction = directionOf(codes[axis]);
    if (direction === "R") return [];
    const [ofOne, ofOther] = [profilesOfLabel(profiles, one)[axis], profilesOfLabel(profiles, other)[axis]];
    const [oneFirst, otherFirst] = [bestCut(ofOne, ofOther), bestCut(ofOther, ofOne)];
    const { cut, kept } = oneFirst.kept > otherFirst.kept ? oneFirst : otherFirst;
    const at = (profile: ArrayLike<number>, slice: number): number => profile[slice] ?? 0;
    const section = [ofOne, ofOther].reduce((sum, profile) => sum + (at(profile, cut - 1) + at(profile, cut)) / 2, 0);
    const touching = at(faces, cut - 2) + at(faces, cut - 1) + at(faces, cut);
    const isPlane = kept >= LEAST_KEPT && touching >= Math.max(LEAST_FACES, LEAST_TOUCHING * section);
    if (!isPlane) return [];
    const isOneAhead = oneFirst.kept > otherFirst.kept !== (codes[axis] === direction);
    return [{ towards: direction, labels: isOneAhead ? ([one, other] as const) : ([other, one] as const) }];
  });
}

/** The borders that a run straightens: planes in the labels of every atlas. None where the settings do not ask for it. */
export function bordersToStraighten(
  config: Pick<SegmentConfig, "planarBorders">,
  { plan, labels, atlases }: Pick<PreparedSet, "plan" | "labels" | "atlases">,
): readonly PlanarBorder[] {
  if (!config.planarBorders) return [];
  const values = [0, ...labels];
  const [first, ...others] = atlases.map(({ classes }) =>
    findPlanarBorders({ kind: "labels", ...plan.reference, data: Int32Array.from(classes, (one) => values[one]) }),
  );
  const same = (a: PlanarBorder, b: PlanarBorder): boolean =>
    a.towards === b.towards && a.labels[0] === b.labels[0] && a.labels[1] === b.labels[1];
  return first.filter((border) => others.every((found) => found.some((one) => same(one, border))));
}

/**
 * Makes each border a plane: across the same anatomical axis, at the slice where the most voxels keep their label, the first
 * of equal ones. Voxels of one of the two structures become the other, and nothing else; no structure vanishes by it.
 */
export function straightenBorders(map: LabelMap, borders: readonly PlanarBorder[]): LabelMap {
  return borders.reduce(straightened, map);
}

function straightened(map: LabelMap, { towards, labels: [ahead, behind] }: PlanarBorder): LabelMap {
  const codes = axisCodes(map.affine);
  const axis = [...codes].findIndex((code) => directionOf(code) === towards);
  const [before, beyond] = codes[axis] === towards ? [behind, ahead] : [ahead, behind];
  const profiles = profilesOf(map);
  const { cut } = bestCut(profilesOfLabel(profiles, before)[axis], profilesOfLabel(profiles, beyond)[axis]);
  const sliceOf = sliceAlong(map, axis);
  const data = map.data.map((label, at) => {
    if (label !== before && label !== beyond) return label;
    return sliceOf(at) < cut ? before : beyond;
  });
  return data.includes(before) && data.includes(beyond) ? { ...map, data } : map;
}

/** The first number of slices after which `beyond` begins that leaves the most voxels on their side; `kept` is their share. */
function bestCut(before: Int32Array, beyond: Int32Array): { cut: number; kept: number } {
  let kept = beyond.reduce((sum, count) => sum + count, 0);
  const all = kept + before.reduce((sum, count) => sum + count, 0);
  let best = { cut: 0, kept };
  before.forEach((count, slice) => {
    kept += count - beyond[slice];
    if (kept > best.kept) best = { cut: slice + 1, kept };
  });
  return { cut: best.cut, kept: best.kept / Math.max(all, 1) };
}

/** Voxels in each slice along each axis. */
type Profiles = readonly [Int32Array, Int32Array, Int32Array];

function profilesOfLabel(profiles: ReadonlyMap<number, Profiles>, label: number): Profiles {
  return profiles.get(label) ?? [new Int32Array(), new Int32Array(), new Int32Array()];
}

function profilesOf(map: LabelMap): ReadonlyMap<number, Profiles> {
  const [ni, nj, nk] = map.dims;
  const along = [0, 1, 2].map((axis) => sliceAlong(map, axis));
  const profiles = new Map<number, Profiles>();
  map.data.forEach((label, at) => {
    if (label === 0) return;
    const known = profiles.get(label) ?? [new Int32Array(ni), new Int32Array(nj), new Int32Array(nk)];
    along.forEach((sliceOf, axis) => {
      known[axis][sliceOf(at)]++;
    });
    profiles.set(label, known);
  });
  return profiles;
}

interface Contact {
  readonly labels: readonly [number, number];
  readonly axis: number;
  /** Faces between the two that lie behind each slice. */
  readonly faces: Int32Array;
}

/** Where voxels of two structures touch along each axis. */
function contactsOf(map: LabelMap): readonly Contact[] {
  const { dims, data } = map;
  const contacts = new Map<string, Contact>();
  for (const [axis, stride] of [1, dims[0], dims[0] * dims[1]].entries()) {
    const sliceOf = sliceAlong(map, axis);
    for (let at = 0; at + stride < data.length; at++) {
      const [before, behind] = [data[at], data[at + stride]];
      if (before === behind || before === 0 || behind === 0) continue;
      const slice = sliceOf(at);
      if (slice === dims[axis] - 1) continue; // the next voxel in memory lies in the next row
      const [one, other] = before < behind ? [before, behind] : [behind, before];
      const key = [one, other, axis].join();
      const contact = contacts.get(key) ?? { labels: [one, other], axis, faces: new Int32Array(dims[axis]) };
      contact.faces[slice]++;
      contacts.set(key, contact);
    }
  }
  return [...contacts.values()];
}

/** The slice of a voxel along an axis. */
function sliceAlong({ dims }: LabelMap, axis: number): (at: number) => number {
  const stride = dims.slice(0, axis).reduce((product, extent) => product * extent, 1);
  return (at) => Math.floor(at / stride) % dims[axis];
}

/** The positive end of the axis that a code names. */
function directionOf(code: string): "R" | "A" | "S" {
  return "RL".includes(code) ? "R" : "AP".includes(code) ? "A" : "S";
}
