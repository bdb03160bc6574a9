import { nearMatches } from "../dataset/near-matches.ts";
import { InputError } from "../errors.ts";

/** Which names of a network stay as they are. */
export type IsFrozen = (name: string) => boolean;

/**
 * Patterns over names of parameters and running averages, `*` for any characters: `layer1.*`, `*.bn1.*`. A
 * normalization whose running averages are frozen uses them in training, too, so that `layer*.running_*` keeps the
 * statistics of the pretraining while its weights learn.
 * @throws InputError for a pattern that matches nothing, with names that come near
 */
export function freezePlan(patterns: readonly string[], names: readonly string[]): IsFrozen {
  const frozen = new Set<string>();
  for (const pattern of patterns) {
    const expression = globExpression(pattern);
    const hits = names.filter((name) => expression.test(name));
    if (hits.length === 0) {
      const near = nearMatches(pattern, [...new Set(names.flatMap((name) => [name, `${name.split(".")[0]}.*`]))]);
      throw new InputError({
        subject: `--freeze ${pattern}`,
        expected: "a pattern that matches parameters of the network",
        got: `none of ${names.length}`,
        todo: near.length > 0 ? `Did you mean ${near.join(", ")}?` : `Names look like ${names.slice(0, 2).join(", ")}.`,
      });
    }
    for (const name of hits) frozen.add(name);
  }
  return (name) => frozen.has(name);
}

function globExpression(pattern: string): RegExp {
  const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`);
}

/**
 * The factor on the learning rate of each parameter that differs from 1: 0 for frozen ones, `encoderRate` for those
 * that were loaded.
 */
export function learningRates(
  parameters: readonly string[],
  loaded: Readonly<Record<string, unknown>>,
  { encoderRate, isFrozen }: { readonly encoderRate: number; readonly isFrozen: IsFrozen },
): Readonly<Record<string, number>> {
  return Object.fromEntries(
    parameters.flatMap((name): [string, number][] => {
      if (isFrozen(name)) return [[name, 0]];
      return Object.hasOwn(loaded, name) && encoderRate !== 1 ? [[name, encoderRate]] : [];
    }),
  );
}
