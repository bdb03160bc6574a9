import { adam, compileTrainer } from "@voxelsmith/engine";
import { STEP_CASES } from "./step-cases.ts";
import { answerSteps, LEARNING_RATE, writeForPeer } from "./worker.ts";

/** Our side of bench/steps.ts: `step-worker.ts CASE FOLDER THREADS [PROFILE]`. */
const [name, folder, threads, profile] = process.argv.slice(2);
const step = STEP_CASES[name]();
if (step.peer !== undefined) writeForPeer(folder, { ...step, threads: Number(threads) });

const trainer = await compileTrainer(
  {
    inputs: Object.fromEntries(Object.entries(step.inputs).map(([key, { shape }]) => [key, shape])),
    parameters: step.parameters,
    loss: step.loss,
    optimizer: adam({ learningRate: LEARNING_RATE }),
  },
  { seed: 1, weights: step.weights, threads: Number(threads), ...(profile === undefined ? {} : { profile }) },
);
const feeds = Object.fromEntries(Object.entries(step.inputs).map(([key, { data }]) => [key, data]));
await answerSteps({ step: async () => (await trainer.run(feeds)).loss, dispose: () => trainer.dispose() });
