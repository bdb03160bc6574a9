import { GraphError } from "../errors.ts";
import { sizeOf } from "../shape.ts";
import type { ParameterSpecs } from "./parameters.ts";

/** A factor on the learning rate for each parameter that is named; 1 for the others. 0 freezes a parameter. */
export type ParameterRates = Readonly<Record<string, number>>;

/** Parameters that share a vector of values, vectors of moments and a factor on the learning rate. */
export interface ParameterGroup {
  readonly rate: number;
  readonly specs: ParameterSpecs;
  /** What is appended to the names of its vectors: nothing, `@0.1` for a rate, `:NAME` for a large parameter alone. */
  readonly suffix: string;
}

/**
 * From this many values on (1 MB) a parameter is a group of its own. Small ones share a vector, because a few large
 * nodes cost less than many small ones. Large ones would have to be cut out of it and their gradients joined again:
 * three more copies of the network in memory, and an update that waits for the last gradient.
 */
const LARGE = 2 ** 18;

/**
 * Groups of equal factor, in the order in which they first appear; the specs keep their order inside. A group has
 * vectors of its own, instead of one vector of factors beside one vector of all parameters: nothing is as large as the
 * network twice, frozen parameters cost nothing beyond themselves, and rates of 1 leave the graph as it is without.
 * @throws GraphError for rates of unknown parameters, and for factors that are no numbers >= 0
 */
export function parameterGroups(specs: ParameterSpecs, rates: ParameterRates = {}): readonly ParameterGroup[] {
  for (const [name, rate] of Object.entries(rates)) {
    if (!Object.hasOwn(specs, name)) {
      throw new GraphError(`a rate is given for "${name}", which is none of the step's parameters`);
    }
    if (!(Number.isFinite(rate) && rate >= 0)) {
      throw new GraphError(`rate of "${name}": expected a number >= 0, got ${rate}`);
    }
  }
  const groups = new Map<string, { readonly rate: number; readonly specs: Record<string, ParameterSpecs[string]> }>();
  for (const [name, spec] of Object.entries(specs)) {
    const rate = Object.hasOwn(rates, name) ? rates[name] : 1;
    const suffix = sizeOf(spec.shape) >= LARGE ? `:${name}` : rate === 1 ? "" : `@${rate}`;
    const group = groups.get(suffix) ?? { rate, specs: {} };
    group.specs[name] = spec;
    groups.set(suffix, group);
  }
  return [...groups].map(([suffix, group]) => ({ ...group, suffix }));
}

/** The group's name for a vector of the state, for example `moment0` or `moment0@0.1`. */
export function groupKey(vector: string, { suffix }: ParameterGroup): string {
  return `${vector}${suffix}`;
}
