import { adam, compileTrainer, createRandom, mul, reduceMean, square, sub, type Trainer } from "@voxelsmith/engine";
import { describe, expect, test } from "vitest";
import { DivergenceError } from "../errors.ts";
import { presetConfig } from "../run/config.ts";
import type { RunContext } from "../run/context.ts";
import { readMetrics } from "../run/metrics-log.ts";
import { memoryStore, type Store } from "../run/store.ts";
import { type Loop, trainLoop } from "./loop.ts";

const STEPS = 12;

/** Fits a weight vector to noisy samples; a step's sample depends on the step alone. */
async function tinyTrainer(): Promise<Trainer<"x" | "y">> {
  return compileTrainer(
    {
      inputs: { x: [8], y: [8] },
      parameters: { w: { shape: [8], initializer: { kind: "normal", deviation: 1 } } },
      loss: ({ x, y }, { w }) => ({ loss: reduceMean(square(sub(mul(x, w), y))) }),
      optimizer: adam({ learningRate: 0.05, warmupSteps: 3, decay: "cosine", totalSteps: STEPS }),
      averageDecay: 0.9,
    },
    { seed: 3, threads: 1 },
  );
}

function contextOf(store: Store, signal = new AbortController().signal): RunContext {
  const manifest = { name: "none", labels: {}, atlases: [], unlabeled: [], validation: [], test: [] };
  // Zero: a checkpoint after every step, however few milliseconds the steps before it took.
  const config = { ...presetConfig("fast", { seed: 3, device: "cpu", threads: 1 }), checkpointSeconds: 0 };
  return { config, manifest, store, signal, emit: () => {}, readFile: async () => new Uint8Array() };
}

async function loopOf(changes: Partial<Loop<"x" | "y">> = {}): Promise<Loop<"x" | "y">> {
  return {
    stage: "tiny",
    steps: STEPS,
    trainer: await tinyTrainer(),
    async sample(step) {
      const random = createRandom(3, "tiny", step);
      const x = random.normals(8);
      return { feeds: { x, y: x.map((value) => 2 * value + 0.1 * random.normal()) }, name: `sample ${step}` };
    },
    validation: { every: 4, score: async (weights) => -Math.abs(weights.w.data[0] - 2) },
    ...changes,
  };
}

describe("trainLoop", () => {
  test("the same seed gives the same bits, and training moves towards the truth", async () => {
    const once = await trainLoop(contextOf(memoryStore()), await loopOf());
    const twice = await trainLoop(contextOf(memoryStore()), await loopOf());
    expect(once.last.w.data).toEqual(twice.last.w.data);
    const loop = await loopOf();
    const before = Math.abs(loop.trainer.weights().w.data[0] - 2);
    expect(Math.abs(once.last.w.data[0] - 2)).toBeLessThan(before);
  });

  test.each([1, 5, 9, 11])(
    "stopped after step %i and resumed, it ends with the same bits and the same log",
    async (stopAt) => {
      const whole = memoryStore();
      const expected = await trainLoop(contextOf(whole), await loopOf());

      const store = memoryStore();
      const controller = new AbortController();
      const loop = await loopOf();
      const stopping: Loop<"x" | "y"> = {
        ...loop,
        async sample(step) {
          if (step === stopAt) controller.abort();
          return loop.sample(step);
        },
      };
      await expect(trainLoop(contextOf(store, controller.signal), stopping)).rejects.toThrow("abort");
      const resumed = await trainLoop(contextOf(store), await loopOf());
      expect(resumed.last.w.data).toEqual(expected.last.w.data);
      expect(await readMetrics(store)).toEqual(await readMetrics(whole));
    },
  );

  test("both the weights of the best validation and the last ones come back", async () => {
    const scores = [0.2, 0.9, 0.1];
    const seen: Float32Array[] = [];
    const loop = await loopOf({
      validation: {
        every: 4,
        async score(weights) {
          seen.push(weights.w.data);
          return scores[seen.length - 1];
        },
      },
    });
    const { best, last } = await trainLoop(contextOf(memoryStore()), loop);
    expect(best).toMatchObject({ step: 8, score: 0.9 });
    expect(best?.weights.w.data).toEqual(seen[1]);
    expect(last.w.data).toEqual(seen[2]);
    expect(seen[1]).not.toEqual(seen[2]);
  });

  test("a loss that is not a number stops at once and names step, sample and last checkpoint", async () => {
    const store = memoryStore();
    const loop = await loopOf();
    const poisoned: Loop<"x" | "y"> = {
      ...loop,
      async sample(step) {
        const sample = await loop.sample(step);
        return step === 7 ? { ...sample, feeds: { ...sample.feeds, y: new Float32Array(8).fill(Number.NaN) } } : sample;
      },
    };
    const failure = trainLoop(contextOf(store), poisoned);
    await expect(failure).rejects.toBeInstanceOf(DivergenceError);
    await expect(failure).rejects.toThrow(/step 7 on sample 7.*tiny\/checkpoint\.safetensors/);
    const resumed = await trainLoop(contextOf(store), await loopOf());
    const expected = await trainLoop(contextOf(memoryStore()), await loopOf());
    expect(resumed.last.w.data).toEqual(expected.last.w.data);
  });
});
