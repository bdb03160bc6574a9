import { describe, expect, it } from "vitest";
import { registrationExample, segmentationExample } from "./conformance/small-examples.ts";
import { registrationStep, segmentationStep } from "./conformance/small-steps.ts";
import { GraphError } from "./errors.ts";
import { initializeWeights, parameterCount } from "./nn/parameters.ts";
import { add, mul, sub } from "./ops/arithmetic.ts";
import { matmul } from "./ops/matmul.ts";
import { reduceMean } from "./ops/reduce.ts";
import { square } from "./ops/unary.ts";
import { sgd } from "./optim/optimizer.ts";
import { createRandom } from "./random.ts";
import { compileTrainer, type Trainer, type TrainingStep } from "./training-step.ts";

/** Least squares on 8 points of a plane: y = 2 a - 3 b + 0.5. */
const ROWS = 8;
const plane: TrainingStep<"x" | "y"> = {
  inputs: { x: [ROWS, 2], y: [ROWS, 1] },
  parameters: {
    weight: { shape: [2, 1], initializer: { kind: "normal", deviation: 1 } },
    bias: { shape: [1], initializer: { kind: "constant", value: 0 } },
  },
  loss({ x, y }, { weight, bias }) {
    const error = sub(add(matmul(x, weight), bias), y);
    return { loss: reduceMean(square(error)), report: { twice: mul(reduceMean(square(error)), 2) } };
  },
  optimizer: sgd({ learningRate: 0.1, momentum: 0.5 }),
};

const points = createRandom(1).normals(ROWS * 2);
const feeds = {
  x: points,
  y: Float32Array.from({ length: ROWS }, (_, row) => 2 * points[2 * row] - 3 * points[2 * row + 1] + 0.5),
};

async function steps(trainer: Trainer<"x" | "y">, count: number): Promise<void> {
  for (let step = 0; step < count; step++) await trainer.run(feeds);
}

describe("compileTrainer", () => {
  it("finds the plane", async () => {
    const trainer = await compileTrainer(plane, { seed: 0 });
    await steps(trainer, 200);
    const { loss, report } = await trainer.run(feeds);
    expect(loss).toBeLessThan(1e-8);
    expect(report.twice).toBeCloseTo(2 * loss, 8);
    const { weight, bias } = trainer.weights();
    expect(weight.shape).toEqual([2, 1]);
    expect(weight.data[0]).toBeCloseTo(2, 3);
    expect(weight.data[1]).toBeCloseTo(-3, 3);
    expect(bias.data[0]).toBeCloseTo(0.5, 3);
    expect(trainer.step()).toBe(201);
    await trainer.dispose();
  });

  it("keeps the moving average that plain loops give", async () => {
    const trainer = await compileTrainer({ ...plane, averageDecay: 0.9 }, { seed: 0 });
    let average = [...trainer.state().parameters];
    for (let step = 1; step <= 150; step++) {
      await trainer.run(feeds);
      const decay = Math.min((step + 1) / (step + 10), 0.9);
      const { parameters } = trainer.state();
      average = average.map((value, i) => decay * value + (1 - decay) * parameters[i]);
    }
    const { weight, bias } = trainer.weights();
    for (const [i, value] of [...weight.data, ...bias.data].entries()) expect(value).toBeCloseTo(average[i], 5);
    await trainer.dispose();
  });

  it("keeps the statistics that plain loops give, and leaves the optimizer's own values as they were", async () => {
    // The running mean of x's columns; the loss does not depend on it, so the parameters move as without it.
    const counting: TrainingStep<"x" | "y"> = {
      ...plane,
      averageDecay: 0.5,
      statistics: {
        mean: { shape: [1, 2], initializer: { kind: "constant", value: 4 } },
        fixed: { shape: [3], initializer: { kind: "constant", value: 2 } },
      },
      loss(inputs, parameters) {
        const mean = add(mul(parameters.mean, 0.9), mul(reduceMean(inputs.x, [0]), 0.1));
        return { ...plane.loss(inputs, parameters), statistics: { mean } };
      },
    };
    const [plain, trainer] = [
      await compileTrainer({ ...plane, averageDecay: 0.5 }, { seed: 0, threads: 1 }),
      await compileTrainer(counting, { seed: 0, threads: 1 }),
    ];
    const columns = [0, 1].map((c) => points.reduce((sum, v, i) => sum + (i % 2 === c ? v / ROWS : 0), 0));
    let expected = [4, 4];
    for (let step = 0; step < 3; step++) {
      await plain.run(feeds);
      await trainer.run(feeds);
      expected = expected.map((old, c) => 0.9 * old + 0.1 * columns[c]);
    }
    const { mean, fixed, weight } = trainer.weights();
    for (const [c, value] of mean.data.entries()) expect(value).toBeCloseTo(expected[c], 5);
    expect([...fixed.data]).toEqual([2, 2, 2]);
    expect(weight).toEqual(plain.weights().weight);
    const { statistics, ...rest } = trainer.state();
    expect(statistics).toEqual(Float32Array.of(...mean.data, 2, 2, 2));
    expect(rest).toEqual(plain.state());

    const resumed = await compileTrainer(counting, { seed: 9, threads: 1 });
    resumed.restore(trainer.state());
    await steps(resumed, 2);
    await steps(trainer, 2);
    expect(resumed.state()).toEqual(trainer.state());
    for (const each of [plain, trainer, resumed]) await each.dispose();
  });

  it("refuses statistics that nobody declared, of another shape, or named like a parameter", async () => {
    const mean = { shape: [1, 2], initializer: { kind: "constant", value: 0 } } as const;
    const moving = (moved: string, statistics: TrainingStep["statistics"]): TrainingStep<"x" | "y"> => ({
      ...plane,
      ...(statistics === undefined ? {} : { statistics }),
      loss: (inputs, parameters) => ({ ...plane.loss(inputs, parameters), statistics: { [moved]: inputs.y } }),
    });
    await expect(compileTrainer(moving("other", { mean }), { seed: 0 })).rejects.toThrow(/moves "other"/);
    await expect(compileTrainer(moving("mean", undefined), { seed: 0 })).rejects.toThrow(/moves "mean"/);
    await expect(compileTrainer(moving("mean", { mean }), { seed: 0 })).rejects.toThrow(
      /expected \[1,2\], got \[8,1\]/,
    );
    const twice = moving("weight", { weight: mean });
    await expect(compileTrainer(twice, { seed: 0 })).rejects.toThrow(/"weight" names a parameter and a statistic/);
  });

  it("goes on bit for bit from a saved state", async () => {
    const whole = await compileTrainer({ ...plane, averageDecay: 0.9 }, { seed: 3, threads: 1 });
    await steps(whole, 5);
    const saved = whole.state();
    await steps(whole, 5);
    const resumed = await compileTrainer({ ...plane, averageDecay: 0.9 }, { seed: 99, threads: 1 });
    resumed.restore(saved);
    expect(resumed.step()).toBe(5);
    await steps(resumed, 5);
    expect(resumed.state()).toEqual(whole.state());
    expect(saved.step[0]).toBe(5); // the saved copy did not move
    await whole.dispose();
    await resumed.dispose();
  });

  it("gives the same bits for the same seed and threads, on whole networks", async () => {
    const run = async (): Promise<unknown> => {
      const registrar = await compileTrainer(registrationStep(8), { seed: 2, threads: 2 });
      const segmenter = await compileTrainer(segmentationStep(8), { seed: 2, threads: 2 });
      for (let step = 0; step < 4; step++) {
        await registrar.run(registrationExample(8, step));
        await segmenter.run(segmentationExample(8, step));
      }
      const states = [registrar.state(), segmenter.state()];
      await registrar.dispose();
      await segmenter.dispose();
      return states;
    };
    expect(await run()).toEqual(await run());
  });

  it("starts from given weights", async () => {
    const weight = { shape: [2, 1], data: Float32Array.of(2, -3) };
    const bias = { shape: [1], data: Float32Array.of(0.5) };
    const trainer = await compileTrainer(plane, { seed: 0, weights: { weight, bias } });
    expect((await trainer.run(feeds)).loss).toBeLessThan(1e-10);
    await trainer.dispose();
  });

  it("refuses weights, checkpoints and inputs that do not fit", async () => {
    const weights = { weight: { shape: [1, 2], data: new Float32Array(2) } };
    await expect(compileTrainer(plane, { seed: 0, weights })).rejects.toThrow(/weights of weight: expected \[2,1\]/);
    const trainer = await compileTrainer(plane, { seed: 0 });
    expect(() => trainer.restore({ parameters: new Float32Array(2) })).toThrow(GraphError);
    await expect(trainer.run({ ...feeds, y: new Float32Array(3) })).rejects.toThrow(/8 values for "y"/);
    const { y, ...rest } = feeds;
    await expect(trainer.run(rest as unknown as typeof feeds)).rejects.toThrow(/input "y" \[8, 1\], got nothing/);
    expect(y).toHaveLength(ROWS);
    expect(trainer.step()).toBe(0); // failed runs change nothing
    await trainer.dispose();
  });
});

describe("initializeWeights", () => {
  const specs = {
    he: { shape: [64, 16, 3, 3], initializer: { kind: "he", slope: 0.2 } },
    normal: { shape: [5000], initializer: { kind: "normal", deviation: 0.1 } },
    constant: { shape: [3], initializer: { kind: "constant", value: 0.7 } },
  } as const;
  const deviation = (data: Float32Array): number =>
    Math.sqrt(data.reduce((sum, value) => sum + value * value, 0) / data.length);

  it("draws with the deviations that it promises", () => {
    const weights = initializeWeights(specs, 4);
    const he = Math.sqrt(2 / (1.04 * 16 * 9));
    expect(deviation(weights.he.data) / he).toBeCloseTo(1, 1);
    expect(deviation(weights.normal.data) / 0.1).toBeCloseTo(1, 1);
    expect([...weights.constant.data]).toEqual([...new Float32Array(3).fill(0.7)]);
    expect(parameterCount(specs)).toBe(64 * 16 * 9 + 5000 + 3);
  });

  it("leaves a layer's weights as they were when others are added", () => {
    const { he } = initializeWeights({ he: specs.he }, 4);
    expect(initializeWeights(specs, 4).he).toEqual(he);
    expect(initializeWeights(specs, 5).he).not.toEqual(he);
  });
});
