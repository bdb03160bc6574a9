import { adam, compile, compileTrainer, createRandom, input, mul, reduceMean, square, sub } from "@voxelsmith/engine";
import { expect, test } from "vitest";
import { classifier, classifierParameters } from "./med3d-heads-classifier.ts";
import { resnet, resnetParameters } from "./resnet.ts";
import { med3dResnet, resnetChannels } from "./resnet-config.ts";
import { batchNormParameters, inferenceNorm, runningStatistics, trainingNorm } from "./resnet-norm.ts";

const SHAPE = [2, 1, 16, 16, 16];
const config = med3dResnet(10, { widths: [4, 6, 8, 10] });
const parameters = {
  ...resnetParameters(config),
  ...classifierParameters({ inputs: resnetChannels(config), classes: 2 }),
};
const statistics = runningStatistics(parameters);
const random = createRandom(4, "norm");
const image = random.normals(2 * 16 ** 3).map((value, at) => 3 + value * (at < 16 ** 3 ? 1 : 2));
const target = Float32Array.of(1, -1, -1, 1);

test("every normalization has its running mean and variance, and nothing else has", () => {
  const names = Object.keys(statistics);
  expect(names).toContain("bn1.running_mean");
  expect(names).toContain("layer2.0.downsample.1.running_var");
  expect(names).toHaveLength(2 * (1 + 8 + 3));
  expect(runningStatistics(classifierParameters({ inputs: 2, classes: 2 }))).toEqual({});
  expect(Object.keys(runningStatistics(batchNormParameters("bn", 3)))).toEqual(["bn.running_mean", "bn.running_var"]);
});

test("training moves the running averages to the batch's moments; inference by them then does what training did", async () => {
  const trainer = await compileTrainer(
    {
      inputs: { image: SHAPE, target: [2, 2] },
      parameters,
      statistics,
      loss(inputs, own) {
        const norm = trainingNorm(own, 0.5);
        const logits = classifier(own, resnet(config, own, norm.normalize, inputs.image));
        return { loss: reduceMean(square(sub(logits, inputs.target))), statistics: norm.statistics };
      },
      optimizer: adam({ learningRate: 1e-3 }),
    },
    { seed: 3, threads: 1 },
  );
  const first = (await trainer.run({ image, target })).loss;
  let last = first;
  for (let step = 0; step < 60; step++) last = (await trainer.run({ image, target })).loss;
  expect(last).toBeLessThan(0.05 * first);

  const weights = trainer.weights();
  expect(Object.keys(weights).sort()).toEqual(Object.keys({ ...parameters, ...statistics }).sort());
  await trainer.dispose();
  const symbols = Object.fromEntries(Object.entries(weights).map(([name, { shape }]) => [name, input(name, shape)]));
  const fixed = Object.fromEntries(Object.entries(weights).map(([name, { data }]) => [name, data]));
  const x = input("image", SHAPE);
  const byRunning = classifier(symbols, resnet(config, symbols, inferenceNorm(symbols), x));
  const byBatch = classifier(symbols, resnet(config, symbols, trainingNorm(symbols).normalize, x));
  const session = await compile({ byRunning, byBatch }, { fixed, threads: 1 });
  const results = await session.run({ image });
  await session.dispose();
  for (const [at, value] of results.byRunning.entries()) {
    expect(Math.sign(value)).toBe(target[at]);
    expect(Math.abs(value - results.byBatch[at])).toBeLessThan(0.2);
  }
});

test("one step: new = momentum old + (1 - momentum) batch, by plain loops", async () => {
  const specs = batchNormParameters("bn", 1);
  const trainer = await compileTrainer(
    {
      inputs: { image: SHAPE },
      parameters: specs,
      statistics: runningStatistics(specs),
      loss(inputs, own) {
        const norm = trainingNorm(own);
        const y = norm.normalize("bn", inputs.image);
        return { loss: mul(reduceMean(y), 1), statistics: norm.statistics };
      },
      optimizer: adam({ learningRate: 1e-3 }),
    },
    { seed: 3 },
  );
  await trainer.run({ image });
  const weights = trainer.weights();
  await trainer.dispose();
  const mean = image.reduce((sum, value) => sum + value / image.length, 0);
  const variance = image.reduce((sum, value) => sum + (value - mean) ** 2 / image.length, 0);
  expect(weights["bn.running_mean"].data[0]).toBeCloseTo(0.1 * mean, 4);
  expect(weights["bn.running_var"].data[0]).toBeCloseTo(0.9 + 0.1 * variance, 4);
});
