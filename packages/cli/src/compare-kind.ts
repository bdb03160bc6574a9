import { InputError } from "@voxelsmith/core";
import { inTheWay } from "./output-folder.ts";

/** What `compare` compares. */
export type ComparisonKind = "methods" | "transfer";

/** Options that one kind alone reads. */
const OPTIONS_OF: Readonly<Record<ComparisonKind, readonly string[]>> = {
  methods: ["input", "labels", "unlabeled", "test", "testLabels", "fold", "channel", "holdOut"],
  transfer: ["target", "domain", "video", "labeled", "rates", "folds", "task", "classes", "classColumn"],
};

/** What to do with a flag of the other kind, where more can be said than to leave it out. */
const TODO: Readonly<Record<string, string>> = { input: "Write -i DATASET as --target NAME=DATASET." };

/** @throws InputError for a flag that this kind of comparison would not look at */
export function refuseOtherKind(kind: ComparisonKind, options: Readonly<Record<string, unknown>>): void {
  const other = kind === "methods" ? "transfer" : "methods";
  const name = OPTIONS_OF[other].find((one) => options[one] !== undefined);
  if (name === undefined) return;
  const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  throw new InputError({
    subject: flag,
    expected: `flags of --kind ${kind}`,
    got: `one that --kind ${other} alone reads`,
    todo: TODO[name] ?? `Leave it out, or give --kind ${other}.`,
  });
}

/**
 * The comparison that was found in the folder, where this command goes on with it; undefined where it begins a new one.
 * @throws InputError where one is there and nothing said to go on with it, and where none is there to report on
 */
export function goingOn<Found>(
  { output, resume, reportOnly }: { readonly output: string; readonly resume?: boolean; readonly reportOnly?: boolean },
  found: Found | undefined,
): Found | undefined {
  if (found !== undefined && resume !== true && reportOnly !== true) throw inTheWay(output, "a comparison");
  if (found !== undefined || reportOnly !== true) return found;
  throw new InputError({
    subject: `-o ${output}`,
    expected: "a comparison that was begun, because of --report-only",
    got: "a folder without one, or none",
    todo: "Check the path, or leave --report-only out to begin one.",
  });
}
