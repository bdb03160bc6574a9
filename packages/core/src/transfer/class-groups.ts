import { InputError } from "../errors.ts";

/** The classes of a task, and which of them a value of the CSV belongs to. */
export interface ClassGroups {
  readonly names: readonly string[];
  /** Name of the class of a value; undefined for values that are left out. */
  classOf(value: string): string | undefined;
}

/**
 * Classes from the values of a column: those that are asked for, in that order, each `NAME` or `NAME=VALUE,VALUE`
 * (`benign=1,2`); without any, every value in rising order.
 * @throws InputError for a value that two classes claim or none has, and for fewer than two classes
 */
export function classGroups(
  wanted: readonly string[] | undefined,
  values: readonly string[],
  column: string,
): ClassGroups {
  const known = [...new Set(values)].sort(byNumberThenName);
  const classOf = new Map<string, string>();
  for (const group of wanted ?? known) {
    const at = wanted === undefined ? -1 : group.indexOf("=");
    const name = at < 0 ? group : group.slice(0, at);
    for (const value of at < 0 ? [group] : group.slice(at + 1).split(",")) {
      if (classOf.has(value))
        throw wrongClasses(`each value in one class`, `${value} in ${classOf.get(value)} and ${name}`);
      if (!known.includes(value)) throw wrongClasses(`values of the column ${column} (${known.join(", ")})`, value);
      classOf.set(value, name);
    }
  }
  const names = [...new Set(classOf.values())];
  if (names.length >= 2) return { names, classOf: (value) => classOf.get(value) };
  throw new InputError({
    subject: `column ${column}`,
    expected: "at least two classes",
    got: names.length === 0 ? "none" : `${names[0]} alone`,
    todo: "There is nothing to tell apart; check the column, or name the classes with --classes.",
  });
}

function wrongClasses(expected: string, got: string): InputError {
  return new InputError({
    subject: "--classes",
    expected,
    got,
    todo: "Give for example --classes benign=1,2 malignant=4,5.",
  });
}

function byNumberThenName(a: string, b: string): number {
  return Number(a) - Number(b) || (a < b ? -1 : 1);
}
