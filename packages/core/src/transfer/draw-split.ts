import { createRandom } from "@voxelsmith/engine";
import { nearMatches } from "../dataset/near-matches.ts";
import { InputError } from "../errors.ts";

export const SPLITS = ["train", "validation", "test"] as const;
export type CaseSplit = (typeof SPLITS)[number];

const WORDS: Readonly<Record<string, CaseSplit>> = {
  train: "train",
  training: "train",
  val: "validation",
  valid: "validation",
  validation: "validation",
  test: "test",
  testing: "test",
};

/** A split as people write it. @throws InputError for another word */
export function splitOf(word: string, subject: string): CaseSplit {
  const split = WORDS[word.toLowerCase()];
  if (split !== undefined) return split;
  throw new InputError({
    subject,
    expected: "train, validation or test in the column split",
    got: word || "nothing",
    todo: "Correct the row.",
  });
}

/** Shares of the subjects that validate and test. */
const SHARES = { validation: 0.2, test: 0.2 } as const;

/** A split drawn by seed: of each group a fifth of the subjects validates and a fifth tests; a subject is on one side. */
export function drawSplit(
  cases: readonly { readonly subject: string; readonly group: string }[],
  seed: number,
): readonly CaseSplit[] {
  const groupOf = new Map(cases.map(({ subject, group }) => [subject, group]));
  const sides = new Map<string, CaseSplit>();
  for (const group of [...new Set(groupOf.values())].sort()) {
    const members = [...groupOf].flatMap(([subject, own]) => (own === group ? [subject] : [])).sort();
    const order = shuffled(members, seed, "split", group);
    const validation = Math.round(order.length * SHARES.validation);
    const test = Math.round(order.length * SHARES.test);
    for (const [place, subject] of order.entries()) {
      sides.set(subject, place < test ? "test" : place < test + validation ? "validation" : "train");
    }
  }
  return cases.map(({ subject }) => sides.get(subject) ?? "train");
}

/**
 * The training cases whose labels may be used: the ids given, or `count` drawn by seed. The first of each group come
 * first, so that few cases still show every class; a draw of more cases contains that of fewer.
 * @throws InputError for ids that are no training cases, and for more cases than there are
 */
export function takeLabeled<T extends { readonly id: string }>(
  train: readonly T[],
  labeled: number | readonly string[] | undefined,
  seed: number,
  groupOf: (one: T) => string,
): readonly T[] {
  if (labeled === undefined) return train;
  if (typeof labeled !== "number") {
    for (const id of labeled) if (!train.some((one) => one.id === id)) throw unknownCase(id, train);
    return train.filter(({ id }) => labeled.includes(id));
  }
  if (labeled > train.length) {
    throw new InputError({
      subject: `--labeled ${labeled}`,
      expected: `at most the ${train.length} training cases`,
      got: String(labeled),
      todo: "Take fewer.",
    });
  }
  const order = shuffled(train, seed, "labeled");
  const isFirst = (one: T): boolean => order.find((other) => groupOf(other) === groupOf(one)) === one;
  return [...order.filter(isFirst), ...order.filter((one) => !isFirst(one))].slice(0, labeled);
}

/** Fisher and Yates. */
function shuffled<T>(items: readonly T[], seed: number, ...keys: readonly string[]): readonly T[] {
  const random = createRandom(seed, "transfer", ...keys);
  const order = [...items];
  for (let last = order.length - 1; last > 0; last--) {
    const other = random.integer(last + 1);
    [order[last], order[other]] = [order[other], order[last]];
  }
  return order;
}

function unknownCase(id: string, train: readonly { readonly id: string }[]): InputError {
  const near = nearMatches(
    id,
    train.map((one) => one.id),
  );
  return new InputError({
    subject: `--labeled ${id}`,
    expected: "ids of training cases",
    got: "an id that is not among them",
    todo: near.length > 0 ? `Did you mean ${near.join(", ")}?` : "Check the id.",
  });
}
