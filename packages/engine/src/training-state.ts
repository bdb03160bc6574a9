import { GraphError } from "./errors.ts";

/** Everything that changes from step to step, as vectors by name. */
export type StateVectors = Readonly<Record<string, Float32Array>>;

/** The state of a training step, and the memory that the next one is written to, so that steps allocate nothing. */
export interface StateBuffers {
  current(): StateVectors;
  /** Where `next/NAME` of a run goes: over the vector itself where that is safe, else to a second one. */
  targets(): StateVectors;
  /** After a run: its results are the state, and what they replace is written next. */
  accept(next: StateVectors): void;
  /** Takes values over. @throws GraphError where a vector is missing or has another length; nothing is changed then */
  restore(saved: StateVectors): void;
}

/** `moving`: the vectors that have a target; `overwritable`: those whose memory it may write its result to. */
export function createStateBuffers(
  start: StateVectors,
  moving: readonly string[],
  overwritable: ReadonlySet<string>,
): StateBuffers {
  const state: Record<string, Float32Array> = { ...start };
  const spare: Record<string, Float32Array> = {};
  return {
    current: () => state,
    targets() {
      for (const name of moving) {
        if (!overwritable.has(name)) spare[name] ??= new Float32Array(state[name].length);
      }
      return Object.fromEntries(moving.map((name) => [name, overwritable.has(name) ? state[name] : spare[name]]));
    },
    accept(next) {
      for (const [name, vector] of Object.entries(next)) {
        if (name in spare && vector !== state[name]) spare[name] = state[name];
        state[name] = vector;
      }
    },
    restore(saved) {
      for (const [name, vector] of Object.entries(state)) {
        if (saved[name]?.length === vector.length) continue;
        throw new GraphError(
          `checkpoint: expected ${vector.length} values of "${name}", got ${saved[name]?.length ?? 0}`,
        );
      }
      for (const [name, vector] of Object.entries(state)) vector.set(saved[name]);
    },
  };
}
