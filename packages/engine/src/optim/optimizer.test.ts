import { describe, expect, it } from "vitest";
import { createRandom } from "../random.ts";
import { compile } from "../runtime/session.ts";
import { input } from "../tensor.ts";
import { adam, adamW, clipGradient, globalNorm, type Optimizer, sgd } from "./optimizer.ts";
import { learningRateAt, learningRateTensor, type Schedule } from "./schedule.ts";

const SIZE = 7;
const STEPS = 6;
const RATE = 0.03;

interface State {
  readonly p: number[];
  readonly moments: readonly number[][];
}

/** One parameter at a time, straight from the paper; `t` counts from 1. */
type Twin = (state: State, g: readonly number[], t: number) => State;

const adamTwin =
  (b1: number, b2: number, epsilon: number, decay: number): Twin =>
  ({ p, moments: [m, v] }, g, t) => {
    const next = { p: [...p], moments: [[...m], [...v]] };
    for (let i = 0; i < p.length; i++) {
      next.moments[0][i] = b1 * m[i] + (1 - b1) * g[i];
      next.moments[1][i] = b2 * v[i] + (1 - b2) * g[i] * g[i];
      const mHat = next.moments[0][i] / (1 - b1 ** t);
      const vHat = next.moments[1][i] / (1 - b2 ** t);
      next.p[i] = p[i] - RATE * (mHat / (Math.sqrt(vHat) + epsilon) + decay * p[i]);
    }
    return next;
  };

const sgdTwin =
  (momentum: number, nesterov: boolean, decay: number): Twin =>
  ({ p, moments: [m] }, gradient) => {
    const next = { p: [...p], moments: [[...m]] };
    for (let i = 0; i < p.length; i++) {
      const g = gradient[i] + decay * p[i];
      next.moments[0][i] = momentum * m[i] + g;
      next.p[i] = p[i] - RATE * (nesterov ? g + momentum * next.moments[0][i] : next.moments[0][i]);
    }
    return next;
  };

const CASES: readonly (readonly [string, Optimizer, Twin])[] = [
  ["Adam", adam({ learningRate: RATE }), adamTwin(0.9, 0.999, 1e-7, 0)],
  [
    "Adam with its own betas",
    adam({ learningRate: RATE, beta1: 0.5, beta2: 0.9, epsilon: 1e-3 }),
    adamTwin(0.5, 0.9, 1e-3, 0),
  ],
  ["AdamW", adamW({ learningRate: RATE }), adamTwin(0.9, 0.999, 1e-7, 0.01)],
  ["AdamW, strong decay", adamW({ learningRate: RATE, weightDecay: 0.5 }), adamTwin(0.9, 0.999, 1e-7, 0.5)],
  ["SGD without momentum", sgd({ learningRate: RATE, momentum: 0 }), sgdTwin(0, false, 0)],
  ["SGD with momentum", sgd({ learningRate: RATE }), sgdTwin(0.9, false, 0)],
  ["SGD with Nesterov momentum", sgd({ learningRate: RATE, nesterov: true }), sgdTwin(0.9, true, 0)],
  [
    "SGD with decay",
    sgd({ learningRate: RATE, momentum: 0.5, nesterov: true, weightDecay: 0.1 }),
    sgdTwin(0.5, true, 0.1),
  ],
];

describe("optimizers", () => {
  it.each(CASES)("%s agrees with plain loops over several steps", async (_, optimizer, twin) => {
    const moments = Array.from({ length: optimizer.moments }, (_unused, i) => input(`moment${i}`, [SIZE]));
    const step = input("step", [1]);
    const updated = optimizer.update({
      parameters: input("parameters", [SIZE]),
      gradient: input("gradient", [SIZE]),
      moments,
      step,
      learningRate: learningRateTensor(optimizer.schedule, step),
    });
    const named = Object.fromEntries(updated.moments.map((moment, i) => [`next${i}`, moment]));
    const session = await compile({ ...named, updated: updated.parameters });
    const random = createRandom(11);
    let parameters = random.normals(SIZE);
    let state: Record<string, Float32Array> = Object.fromEntries(
      moments.map((_moment, i) => [`moment${i}`, new Float32Array(SIZE)]),
    );
    let expected: State = { p: [...parameters], moments: moments.map(() => new Array<number>(SIZE).fill(0)) };
    for (let t = 1; t <= STEPS; t++) {
      const gradient = random.normals(SIZE);
      const results = await session.run({ ...state, parameters, gradient, step: Float32Array.of(t) });
      parameters = results.updated;
      state = Object.fromEntries(moments.map((_moment, i) => [`moment${i}`, results[`next${i}`]]));
      expected = twin(expected, [...gradient], t);
      for (let i = 0; i < SIZE; i++) {
        expect(parameters[i]).toBeCloseTo(expected.p[i], 5);
        for (const [k, values] of expected.moments.entries()) expect(state[`moment${k}`][i]).toBeCloseTo(values[i], 5);
      }
    }
    await session.dispose();
  });

  it("clips long gradients to the limit and leaves short ones", async () => {
    const gradient = input("gradient", [3]);
    const norm = globalNorm(gradient);
    const session = await compile({ norm, clipped: clipGradient(gradient, norm, 5) });
    const long = await session.run({ gradient: Float32Array.of(6, 0, 8) });
    expect(long.norm[0]).toBeCloseTo(10, 5);
    expect([...long.clipped].map((value) => value.toFixed(4))).toEqual(["3.0000", "0.0000", "4.0000"]);
    const short = await session.run({ gradient: Float32Array.of(1, -2, 2) });
    expect([...short.clipped]).toEqual([1, -2, 2]);
    const none = await session.run({ gradient: new Float32Array(3) });
    expect([...none.clipped]).toEqual([0, 0, 0]);
    await session.dispose();
  });
});

const SCHEDULES: readonly Schedule[] = [
  { learningRate: 0.1 },
  { learningRate: 0.1, warmupSteps: 5 },
  { learningRate: 0.2, decay: "linear", totalSteps: 20 },
  { learningRate: 0.2, decay: "cosine", totalSteps: 20, warmupSteps: 4, finalFraction: 0.1 },
  { learningRate: 0.2, decay: "linear", totalSteps: 10, warmupSteps: 3, finalFraction: 0.5 },
  { learningRate: 0.2, decay: "cosine", totalSteps: 3, warmupSteps: 5 },
];

describe("learning rate", () => {
  it.each(SCHEDULES)("is the same in the graph as in plain numbers: %j", async (schedule) => {
    const session = await compile({ rate: learningRateTensor(schedule, input("step", [1])) });
    for (let step = 1; step <= 30; step++) {
      const feeds = "step" in session.inputs ? { step: Float32Array.of(step) } : {};
      const { rate } = await session.run(feeds);
      expect(rate[0]).toBeCloseTo(learningRateAt(schedule, step), 6);
    }
    await session.dispose();
  });

  it("warms up, peaks and decays to the final fraction", () => {
    const schedule: Schedule = {
      learningRate: 1,
      warmupSteps: 10,
      decay: "cosine",
      totalSteps: 110,
      finalFraction: 0.01,
    };
    expect(learningRateAt(schedule, 1)).toBeCloseTo(0.1);
    expect(learningRateAt(schedule, 10)).toBeCloseTo(1);
    expect(learningRateAt(schedule, 60)).toBeCloseTo(0.505);
    expect(learningRateAt(schedule, 110)).toBeCloseTo(0.01);
    expect(learningRateAt(schedule, 500)).toBeCloseTo(0.01);
  });
});
