import { expect, it } from "vitest";
import { add, mul, sub } from "./ops/arithmetic.ts";
import { matmul } from "./ops/matmul.ts";
import { reduceMean } from "./ops/reduce.ts";
import { reshape } from "./ops/reshape.ts";
import { square } from "./ops/unary.ts";
import { adam } from "./optim/optimizer.ts";
import { overwritableInputs } from "./overwritable.ts";
import { createRandom } from "./random.ts";
import { compile } from "./runtime/session.ts";
import { input } from "./tensor.ts";
import { compileTrainer, type TrainingStep, trainingGraph } from "./training-step.ts";

/** One parameter that is large enough to have vectors of its own, and one that is not. */
const wide: TrainingStep<"x" | "y"> = {
  inputs: { x: [4, 512], y: [4, 512] },
  parameters: {
    "a/weight": { shape: [512, 512], initializer: { kind: "normal", deviation: 0.05 } },
    bias: { shape: [512], initializer: { kind: "constant", value: 0 } },
  },
  loss: ({ x, y }, own) => ({ loss: reduceMean(square(sub(add(matmul(x, own["a/weight"]), own.bias), y))) }),
  optimizer: adam({ learningRate: 0.01 }),
  averageDecay: 0.9,
};
const random = createRandom(6);
const feeds = { x: random.normals(4 * 512), y: random.normals(4 * 512) };

it("moments and averages are overwritten, parameters are not", () => {
  const names = ["moment0:a/weight", "moment1:a/weight", "average:a/weight", "moment0", "moment1", "average"];
  expect(overwritableInputs(trainingGraph(wide))).toEqual(new Set(names));
});

it("an input that is read beside the way to its output, as a view, or by the output itself is not overwritten", () => {
  const overwritable = (next: "beside" | "view" | "itself" | "reported" | "safe"): boolean => {
    const m = input("m", [6]);
    const half = mul(m, 0.5);
    const outputs = {
      beside: { "next/m": add(half, 1), "report/m": mul(m, 3) },
      view: { "next/m": add(reshape(mul(reshape(m, [2, 3]), 2), [6]), 1) },
      itself: { "next/m": half },
      reported: { "next/m": add(half, 1), "report/m": m },
      safe: { "next/m": add(half, 1) },
    };
    return overwritableInputs(outputs[next]).has("m");
  };
  expect(overwritable("safe")).toBe(true);
  for (const next of ["beside", "view", "itself", "reported"] as const) expect(overwritable(next), next).toBe(false);
});

it("steps give the bits that runs with new memory give", async () => {
  const trainer = await compileTrainer(wide, { seed: 2, threads: 1 });
  const session = await compile(trainingGraph(wide), { threads: 1 });
  let state = trainer.state();
  for (let step = 0; step < 4; step++) {
    const results = await session.run({ ...feeds, ...state });
    const { loss } = await trainer.run(feeds);
    expect(loss).toBe(results["report/loss"][0]);
    state = Object.fromEntries(Object.keys(state).map((name) => [name, results[`next/${name}`]]));
    expect(trainer.state()).toEqual(state);
  }
  expect(trainer.step()).toBe(4);
  await trainer.dispose();
  await session.dispose();
});

it("saved states and weights are copies that later steps leave alone", async () => {
  const trainer = await compileTrainer(wide, { seed: 2, threads: 1 });
  await trainer.run(feeds);
  const [state, weights] = [trainer.state(), trainer.weights()];
  const before = structuredClone({ state, weights });
  for (let step = 0; step < 3; step++) await trainer.run(feeds);
  expect({ state, weights }).toEqual(before);
  const after = trainer.state();
  trainer.restore(state);
  expect(trainer.step()).toBe(1);
  for (let step = 0; step < 3; step++) await trainer.run(feeds);
  expect(trainer.state()).toEqual(after);
  expect(state).toEqual(before.state);
  await trainer.dispose();
});

it("a run writes where it is told and refuses room of another size", async () => {
  const session = await compile({ y: mul(input("x", [4]), 2) });
  const y = new Float32Array(4);
  const results = await session.run({ x: Float32Array.of(1, 2, 3, 4) }, { y });
  expect(results.y).toBe(y);
  expect([...y]).toEqual([2, 4, 6, 8]);
  await expect(session.run({ x: y }, { y: new Float32Array(3) })).rejects.toThrow(/room for 4 values of "y", got 3/);
  await session.dispose();
});
