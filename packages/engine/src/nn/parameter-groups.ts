import { GraphError } from "../errors.ts";
import type { ParameterSpecs } from "./parameters.ts";

/** A factor on the learning rate for each parameter that is named; 1 for the others. 0 freezes a parameter. */
export type ParameterRates = Readonly<Record<string, number>>;

/** Parameters with one factor on the learning rate; a step keeps their values, moments and average in vectors of their own. */
export interface ParameterGroup {
  readonly rate: number;
  readonly specs: ParameterSpecs;
}

/**
 * Groups of equal factor, in the order in which they first appear; the specs keep their order inside. Vectors by
 * group, instead of one vector of factors beside one vector of parameters: nothing is as large as the network twice,
 * frozen parameters cost nothing beyond themselves, and without rates the graph is what it is without groups.
 * @throws GraphError for rates of unknown parameters, and for factors that are no numbers >= 0
 */
export function parameterGroups(specs: ParameterSpecs, rates: ParameterRates = {}): readonly ParameterGroup[] {
  for (const [name, rate] of Object.entries(rates)) {
    if (!Object.hasOwn(specs, name))
      throw new GraphError(`a rate is given for "${name}", which is none of the step's parameters`);
    if (!(Number.isFinite(rate) && rate >= 0))
      throw new GraphError(`rate of "${name}": expected a number >= 0, got ${rate}`);
  }
  const rateOf = (name: string): number => (Object.hasOwn(rates, name) ? rates[name] : 1);
  const distinct = [...new Set(Object.keys(specs).map(rateOf))];
  return distinct.map((rate) => ({
    rate,
    specs: Object.fromEntries(Object.entries(specs).filter(([name]) => rateOf(name) === rate)),
  }));
}

/** The group's name for a vector of the state: `moment0` where the factor is 1, `moment0@0.1` where it is 0.1. */
export function groupKey(vector: string, { rate }: ParameterGroup): string {
  return rate === 1 ? vector : `${vector}@${rate}`;
}
