import type { NamedArray, Trainer, Weights } from "@voxelsmith/engine";
import { DivergenceError, InputError } from "../errors.ts";
import { type Checkpoint, loadCheckpoint, saveCheckpoint } from "../run/checkpoint.ts";
import type { RunConfig } from "../run/config.ts";
import { openMetricsLog } from "../run/metrics-log.ts";
import { type StageHooks, stepMeter } from "../run/progress.ts";
import { checkpointPath } from "../run/run-folder.ts";
import type { Store } from "../run/store.ts";

/** One sample, ready for the training graph, and the words to name it by if the loss is not a number. */
export interface Sample<Inputs extends string> {
  readonly feeds: Readonly<Record<Inputs, Float32Array>>;
  readonly name: string;
}

export interface Loop<Inputs extends string> {
  /** Folder of the stage in the run, for example `spatial`. */
  readonly stage: string;
  readonly steps: number;
  readonly trainer: Trainer<Inputs>;
  /** The sample of a step depends on the step alone, so that a resumed run sees what an uninterrupted one sees. */
  sample(step: number): Promise<Sample<Inputs>>;
  readonly validation?: {
    readonly every: number;
    /** Higher is better. */
    score(weights: Weights): Promise<number>;
    /** What a person reads about the score that was just measured; by default that it is a Dice. */
    tell?(score: number): string;
  };
}

/** What the loop needs of a run; every stage's context has it. */
export interface LoopContext extends StageHooks {
  readonly config: Pick<RunConfig, "checkpointSeconds">;
  readonly store: Store;
}

/** What a training leaves: the weights at its end, and those of the best validation where there was one. */
export interface Trained {
  readonly last: Weights;
  readonly best?: { readonly step: number; readonly score: number; readonly weights: Weights };
}

interface Progress {
  readonly step: number;
  readonly best?: { readonly step: number; readonly score: number };
}

/**
 * Trains until `steps`: next sample, step, record, validate, checkpoint when due, stop when asked. Goes on from the
 * stage's checkpoint where there is one.
 */
export async function trainLoop<Inputs extends string>(context: LoopContext, loop: Loop<Inputs>): Promise<Trained> {
  const { stage, steps, trainer, validation } = loop;
  const { store, signal, emit } = context;
  const path = checkpointPath(stage);
  let best: Progress["best"];
  let bestWeights: Weights | undefined;
  let lastGood = "none yet";

  const saved = await loadCheckpoint(store, path, parseProgress);
  if (saved !== undefined) {
    restore(trainer, dataOf(withPrefix(saved, "state/")), store.locate(path));
    best = saved.progress.best;
    if (best !== undefined) bestWeights = withPrefix(saved, "best/");
    lastGood = store.locate(path);
    emit({ kind: "note", text: `${stage}: goes on after step ${trainer.step()} of ${steps}` });
  }
  const save = async (): Promise<void> => {
    const state = Object.entries(trainer.state()).map(([name, data]) => [
      `state/${name}`,
      { shape: [data.length], data },
    ]);
    const kept = Object.entries(bestWeights ?? {}).map(([name, array]) => [`best/${name}`, array]);
    const progress: Progress = { step: trainer.step(), ...(best === undefined ? {} : { best }) };
    await saveCheckpoint(store, path, { progress, tensors: Object.fromEntries([...state, ...kept]) });
    lastGood = store.locate(path);
    emit({ kind: "checkpoint", stage, step: trainer.step(), path });
  };

  const log = await openMetricsLog(store, stage, trainer.step());
  const meter = stepMeter(stage, steps, trainer.step());
  let lastSave = performance.now();
  while (trainer.step() < steps) {
    const step = trainer.step() + 1;
    const sample = await loop.sample(step);
    const { loss, gradientNorm, report } = await trainer.run(sample.feeds);
    if (!Number.isFinite(loss) || !Number.isFinite(gradientNorm)) {
      throw new DivergenceError(stage, step, sample.name, loss, lastGood);
    }
    await log.record(step, report);
    emit(meter(step, loss));
    if (validation !== undefined && (step % validation.every === 0 || step === steps)) {
      const score = await validation.score(trainer.weights());
      await log.record(step, { validation: score });
      const told = validation.tell?.(score) ?? `validation Dice ${score.toFixed(4)}`;
      emit({ kind: "note", text: `${stage}: ${told} at step ${step}` });
      if (best === undefined || score > best.score) {
        best = { step, score };
        bestWeights = trainer.weights();
      }
    }
    if (signal.aborted || step === steps || performance.now() - lastSave >= context.config.checkpointSeconds * 1000) {
      await save();
      lastSave = performance.now();
      signal.throwIfAborted();
    }
  }
  const last = trainer.weights();
  return best === undefined || bestWeights === undefined ? { last } : { last, best: { ...best, weights: bestWeights } };
}

/** Puts the state of a checkpoint into the trainer. @throws InputError where it is the state of another network */
function restore(trainer: Trainer, state: Readonly<Record<string, Float32Array>>, place: string): void {
  try {
    trainer.restore(state);
  } catch (cause) {
    throw new InputError(
      {
        subject: place,
        expected: "a checkpoint of this run's network",
        got: cause instanceof Error ? cause.message : "another",
        todo: "Remove the file to train this stage from its start.",
      },
      { cause },
    );
  }
}

function parseProgress(value: unknown): Progress {
  if (typeof value !== "object" || value === null || !("step" in value)) throw new Error("its progress is missing");
  return value as Progress;
}

function withPrefix({ tensors }: Checkpoint<Progress>, prefix: string): Record<string, NamedArray> {
  const own = Object.entries(tensors).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(own.map(([name, array]) => [name.slice(prefix.length), array]));
}

function dataOf(arrays: Readonly<Record<string, NamedArray>>): Record<string, Float32Array> {
  return Object.fromEntries(Object.entries(arrays).map(([name, { data }]) => [name, data]));
}
