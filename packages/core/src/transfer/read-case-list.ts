import { caseId, isVolumePath, plainPath } from "../dataset/case-id.ts";
import type { Listing } from "../dataset/layout.ts";
import { nearMatches } from "../dataset/near-matches.ts";
import { InputError } from "../errors.ts";
import { classGroups } from "./class-groups.ts";
import { type CaseSplit, drawSplit, SPLITS, splitOf } from "./draw-split.ts";
import { parseCsv } from "./parse-csv.ts";
import type { ClassificationManifest, SegmentationManifest } from "./transfer-manifest.ts";

/** A CSV of cases, in the folder that its paths start from. */
export interface CaseListRequest {
  /** The CSV's folder. */
  readonly folder: Listing;
  /** The CSV's name in it. */
  readonly csv: string;
  /** Column of the classes; default `class`. */
  readonly classColumn?: string | undefined;
  /** See `classGroups`; rows of other classes are left out. */
  readonly classes?: readonly string[] | undefined;
  /** Draws the split where the CSV has no column `split`. */
  readonly seed: number;
}

type Row = Readonly<Record<string, string>>;

/**
 * Images and classes from a CSV: columns `image` and `class`, and where there are any `id`, `split` (train, validation,
 * test) and `subject` (whose images stay together when a split is drawn). Without `image`, the image is `images/ID`.
 * @throws InputError for missing columns, unknown files, an id twice, or fewer than two classes
 */
export async function readClassList(request: CaseListRequest): Promise<ClassificationManifest> {
  const { folder, csv, classColumn: column = "class", seed } = request;
  const { name, rows } = await readRows(request, [column]);
  const groups = classGroups(
    request.classes,
    rows.map((row) => row[column]),
    column,
  );
  const cases = rows.flatMap((row, index) => {
    const className = groups.classOf(row[column]);
    return className === undefined
      ? []
      : [{ row, ...pathsOf(row, folder, `${csv}, row ${index + 2}`), class: className }];
  });
  assertUnique(cases, name);
  const splits = splitCases(cases, ({ class: group }) => group, seed, name);
  const plain = (split: CaseSplit) => splits[split].map(({ id, image, class: own }) => ({ id, image, class: own }));
  return {
    task: "classification",
    name: folder.name,
    classes: groups.names,
    train: plain("train"),
    validation: plain("validation"),
    test: plain("test"),
  };
}

/**
 * Images and label maps from a CSV, as `readClassList` reads classes: column `labels`, or without it the file of the
 * same id in `labels/` or `masks/`.
 */
export async function readLabelList(request: CaseListRequest): Promise<SegmentationManifest> {
  const { folder, csv, seed } = request;
  const { name, rows } = await readRows(request, []);
  const cases = rows.map((row, index) => {
    const place = `${csv}, row ${index + 2}`;
    const paths = pathsOf(row, folder, place);
    const named = row.labels === undefined ? undefined : filePath(row.labels, folder, `${place}: labels`);
    const labels = named ?? findById(paths.id, folder, ["labels", "masks"], place);
    return { row, ...paths, labels };
  });
  assertUnique(cases, name);
  const splits = splitCases(cases, () => "", seed, name);
  const plain = (split: CaseSplit) => splits[split].map(({ id, image, labels }) => ({ id, image, labels }));
  return {
    task: "segmentation",
    name: folder.name,
    labels: {},
    train: plain("train"),
    validation: plain("validation"),
    test: plain("test"),
  };
}

async function readRows(
  { folder, csv }: CaseListRequest,
  needed: readonly string[],
): Promise<{ readonly name: string; readonly rows: readonly Row[] }> {
  const name = `${folder.name}/${csv}`;
  const rows = parseCsv(await folder.readText(csv), name);
  const columns = Object.keys(rows[0]);
  const hasImages = columns.includes("image") || columns.includes("id");
  const missing = [...(hasImages ? [] : ["image"]), ...needed.filter((column) => !columns.includes(column))];
  if (missing.length === 0) return { name, rows };
  throw new InputError({
    subject: name,
    expected: `the columns image and ${needed.join(", ") || "labels"}`,
    got: `no ${missing.join(" and no ")} among ${columns.join(", ")}`,
    todo: "Add the column, or name the one that holds the classes with --class-column.",
  });
}

function pathsOf(row: Row, folder: Listing, place: string): { readonly id: string; readonly image: string } {
  if (row.image === undefined) return { id: row.id, image: findById(row.id, folder, ["images"], place) };
  const image = filePath(row.image, folder, `${place}: image`);
  return { id: row.id ?? caseId(image), image };
}

function filePath(written: string, folder: Listing, place: string): string {
  const path = plainPath(written);
  if (folder.list().includes(path) && isVolumePath(path)) return path;
  const near = nearMatches(path, folder.list().filter(isVolumePath));
  throw new InputError({
    subject: place,
    expected: "a volume beside the CSV or in a folder there",
    got: written === "" ? "an empty field" : `${written}, which is not there`,
    todo: near.length > 0 ? `Did it mean ${near.join(", ")}?` : "Write paths as seen from the CSV's folder.",
  });
}

function findById(id: string, folder: Listing, places: readonly string[], place: string): string {
  const volumes = folder.list().filter(isVolumePath);
  for (const below of places) {
    const found = volumes.find((path) => path.startsWith(`${below}/`) && caseId(path) === id);
    if (found !== undefined) return found;
  }
  throw new InputError({
    subject: place,
    expected: `a volume of the case ${id} in ${places.map((below) => `${below}/`).join(" or ")}`,
    got: "none",
    todo: "Add the file, or name it in a column.",
  });
}

function assertUnique(cases: readonly { readonly id: string }[], name: string): void {
  const seen = new Set<string>();
  for (const { id } of cases) {
    if (seen.has(id)) {
      throw new InputError({
        subject: `${name}: case ${id}`,
        expected: "each case once",
        got: "two rows of this id",
        todo: "Leave one out, or give them ids of their own in a column id.",
      });
    }
    seen.add(id);
  }
}

/** By the column `split`, or drawn by seed: the same share of each group, the images of one subject together. */
function splitCases<T extends { readonly row: Row; readonly id: string }>(
  cases: readonly T[],
  groupOf: (one: T) => string,
  seed: number,
  name: string,
): Readonly<Record<CaseSplit, readonly T[]>> {
  const isGiven = cases[0]?.row.split !== undefined;
  const split = isGiven
    ? cases.map(({ row, id }) => splitOf(row.split, `${name}: case ${id}`))
    : drawSplit(
        cases.map((one) => ({ subject: one.row.subject ?? one.id, group: groupOf(one) })),
        seed,
      );
  const [train, validation, test] = SPLITS.map((wanted) => cases.filter((_, index) => split[index] === wanted));
  return { train, validation, test };
}
