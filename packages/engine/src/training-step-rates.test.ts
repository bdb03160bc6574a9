import { describe, expect, it } from "vitest";
import { emitModel, printModel } from "./onnx/model.ts";
import { add, mul, sub } from "./ops/arithmetic.ts";
import { conv } from "./ops/conv.ts";
import { matmul } from "./ops/matmul.ts";
import { reduceMean } from "./ops/reduce.ts";
import { square } from "./ops/unary.ts";
import { adamW, type Optimizer, sgd } from "./optim/optimizer.ts";
import { createRandom } from "./random.ts";
import { compileTrainer, type TrainingStep, trainingGraph } from "./training-step.ts";

const ROWS = 8;
const RATE = 0.05;
const DECAY = 0.2;
const CLIP = 1.5;
const names = ["gain", "weight", "bias"] as const;
type Values = Record<(typeof names)[number], number[]>;

/** y is fitted by ((x gain) weight) + bias: three parameters whose gradients depend on each other. */
const plane: TrainingStep<"x" | "y"> = {
  inputs: { x: [ROWS, 2], y: [ROWS, 1] },
  parameters: {
    gain: { shape: [1, 2], initializer: { kind: "normal", deviation: 1 } },
    weight: { shape: [2, 1], initializer: { kind: "normal", deviation: 1 } },
    bias: { shape: [1], initializer: { kind: "constant", value: 0.5 } },
  },
  loss: ({ x, y }, { gain, weight, bias }) => ({
    loss: reduceMean(square(sub(add(matmul(mul(x, gain), weight), bias), y))),
  }),
  optimizer: sgd({ learningRate: RATE }),
};

const random = createRandom(8);
const feeds = { x: random.normals(2 * ROWS), y: random.normals(ROWS) };

function gradientTwin({ gain, weight, bias }: Values): Values {
  const result: Values = { gain: [0, 0], weight: [0, 0], bias: [0] };
  for (let row = 0; row < ROWS; row++) {
    const x = [feeds.x[2 * row], feeds.x[2 * row + 1]];
    const error = x[0] * gain[0] * weight[0] + x[1] * gain[1] * weight[1] + bias[0] - feeds.y[row];
    for (const c of [0, 1]) {
      result.gain[c] += (2 / ROWS) * error * x[c] * weight[c];
      result.weight[c] += (2 / ROWS) * error * x[c] * gain[c];
    }
    result.bias[0] += (2 / ROWS) * error;
  }
  return result;
}

/** One number of a parameter: its moments, the clipped gradient, the value, the step from 1; returns what to subtract. */
type Twin = (moments: [number, number], g: number, p: number, t: number) => number;

const sgdTwin: Twin = (moments, g, p) => {
  moments[0] = 0.9 * moments[0] + g + DECAY * p;
  return moments[0];
};

const adamTwin: Twin = (moments, g, p, t) => {
  moments[0] = 0.9 * moments[0] + 0.1 * g;
  moments[1] = 0.999 * moments[1] + 0.001 * g * g;
  return moments[0] / (1 - 0.9 ** t) / (Math.sqrt(moments[1] / (1 - 0.999 ** t)) + 1e-7) + DECAY * p;
};

const options = { learningRate: RATE, weightDecay: DECAY, clipNorm: CLIP };
const optimizers: readonly (readonly [string, Optimizer, Twin])[] = [
  ["sgd", sgd(options), sgdTwin],
  ["adamW", adamW(options), adamTwin],
];
const ratesOf: readonly Readonly<Record<string, number>>[] = [
  {},
  { weight: 0.1 },
  { gain: 2, bias: 0.25 },
  { gain: 0 },
  { weight: 0, bias: 3 },
  { gain: 0.5, weight: 0, bias: 0.5 },
];
const cases = optimizers.flatMap(([name, optimizer, twin]) =>
  ratesOf.map((rates) => ({ name, optimizer, twin, rates })),
);

describe("rates of parameters", () => {
  it.each(cases)("$name with $rates agrees with plain loops", async ({ optimizer, twin, rates }) => {
    const trainer = await compileTrainer({ ...plane, optimizer, rates }, { seed: 3, threads: 1 });
    const start = trainer.weights();
    expect(Object.keys(start)).toEqual([...names]);
    const values = Object.fromEntries(names.map((name) => [name, [...start[name].data]])) as Values;
    const moments = names.map((name) => values[name].map((): [number, number] => [0, 0]));
    for (let t = 1; t <= 6; t++) {
      const gradient = gradientTwin(values);
      const trained = names.filter((name) => rates[name] !== 0);
      const norm = Math.hypot(...trained.flatMap((name) => gradient[name]));
      for (const [index, name] of names.entries()) {
        if (rates[name] === 0) continue;
        values[name] = values[name].map((value, at) => {
          const g = gradient[name][at] * Math.min(1, CLIP / norm);
          return value - RATE * (rates[name] ?? 1) * twin(moments[index][at], g, value, t);
        });
      }
      expect((await trainer.run(feeds)).gradientNorm).toBeCloseTo(norm, 4);
    }
    const end = trainer.weights();
    for (const name of names) {
      if (rates[name] === 0) expect(end[name]).toEqual(start[name]);
      for (const [at, value] of values[name].entries()) expect(end[name].data[at]).toBeCloseTo(value, 4);
    }
    await trainer.dispose();
  });

  it("are no other graph where all are 1", () => {
    const print = (rates?: TrainingStep["rates"]): string =>
      printModel(emitModel(trainingGraph({ ...plane, ...(rates === undefined ? {} : { rates }) }), { target: "cpu" }));
    expect(print({ gain: 1, bias: 1 })).toBe(print());
    expect(print({})).toBe(print());
  });

  it("of 0 leave no gradient, no moments and no average of the frozen part", () => {
    const layered: TrainingStep = {
      inputs: { image: [1, 1, 6, 6] },
      parameters: {
        "encoder.weight": { shape: [3, 1, 3, 3], initializer: { kind: "constant", value: 0 } },
        "head.weight": { shape: [2, 3, 3, 3], initializer: { kind: "constant", value: 0 } },
      },
      loss: ({ image }, own) => ({
        loss: reduceMean(square(conv(conv(image, own["encoder.weight"]), own["head.weight"]))),
      }),
      optimizer: adamW({ learningRate: RATE }),
      averageDecay: 0.9,
    };
    const modelOf = (rates: Record<string, number>): ReturnType<typeof emitModel> =>
      emitModel(trainingGraph({ ...layered, rates }), { target: "cpu" });
    const count = (opType: string, rates: Record<string, number>): number =>
      modelOf(rates).nodes.filter((node) => node.opType === opType).length;
    expect(count("Conv", {})).toBe(3); // two forward, one from the head's output back to the encoder's
    expect(count("Conv", { "encoder.weight": 0 })).toBe(2);
    expect(count("Conv", { "head.weight": 0 })).toBe(3);
    const frozen = modelOf({ "encoder.weight": 0 });
    const sizes = Object.fromEntries(frozen.inputs.map(({ name, shape }) => [name, shape[0]]));
    expect(sizes).toEqual({
      "parameters@0": 27,
      parameters: 54,
      moment0: 54,
      moment1: 54,
      step: 1,
      image: 1,
      average: 54,
    });
    expect(frozen.outputs.filter(({ name }) => name.includes("@0"))).toEqual([]);
  });

  it("go on bit for bit from a saved state, which names the frozen part too", async () => {
    const step = { ...plane, rates: { gain: 0, bias: 0.3 }, averageDecay: 0.9 };
    const whole = await compileTrainer(step, { seed: 3, threads: 1 });
    const resumed = await compileTrainer(step, { seed: 4, threads: 1 });
    for (let at = 0; at < 3; at++) await whole.run(feeds);
    expect(Object.keys(whole.state()).sort()).toEqual([
      "average",
      "average@0.3",
      "moment0",
      "moment0@0.3",
      "parameters",
      "parameters@0",
      "parameters@0.3",
      "step",
    ]);
    expect(resumed.weights().gain).not.toEqual(whole.weights().gain);
    resumed.restore(whole.state());
    for (const trainer of [whole, resumed]) for (let at = 0; at < 3; at++) await trainer.run(feeds);
    expect(resumed.state()).toEqual(whole.state());
    expect(resumed.weights()).toEqual(whole.weights());
    await whole.dispose();
    await resumed.dispose();
  });

  it("refuse unknown names, numbers that are no factors, and freezing everything", () => {
    const build = (rates: Record<string, number>) => (): unknown => trainingGraph({ ...plane, rates });
    expect(build({ weigth: 0.1 })).toThrow(/"weigth", which is none of the step's parameters/);
    expect(build({ toString: 1 })).toThrow(/"toString"/);
    expect(build({ bias: -1 })).toThrow(/rate of "bias": expected a number >= 0, got -1/);
    expect(build({ bias: Number.NaN })).toThrow(/got NaN/);
    expect(build({ gain: 0, weight: 0, bias: 0 })).toThrow(/no parameter is trained/);
  });
});
