import { compile, compileTrainer, sizeOf, type Trainer, type Weights } from "@voxelsmith/engine";
import type { Patch } from "../domains/draw-patch.ts";
import { openMetricsLog } from "../run/metrics-log.ts";
import { type Trained, trainLoop } from "../training/loop.ts";
import type { PretrainConfig } from "./config.ts";
import type { PretrainContext } from "./context.ts";
import { applySample, drawSample, type VolumeSource } from "./examples.ts";
import { type Branch, lossName, pretrainedGraph, pretrainStep } from "./graph.ts";
import { diceCounter } from "./patch-dice.ts";

/** Folder of the run that keeps the checkpoint, and the stage's name in its metrics. */
export const PRETRAIN_STAGE = "pretrain";

/** A domain with its examples open. */
export interface OpenDomain extends Branch {
  readonly volumes: VolumeSource;
  readonly validation: readonly Patch[];
}

/** Mean foreground Dice of each domain that has validation patches. */
export type DomainDice = Readonly<Record<string, number>>;

/** Trains encoder and branches together; the last weights are the result, so that arms of equal steps compare. */
export async function trainPretraining(context: PretrainContext, domains: readonly OpenDomain[]): Promise<Trained> {
  const { config, store } = context;
  const { device, threads, seed } = config;
  const compiled = await compileTrainer(pretrainStep(config, domains), { device, threads, seed });
  const { trainer, meanLosses } = withMeanLosses(compiled, domains);
  let scores: DomainDice = {};
  const trained = await trainLoop(context, {
    stage: PRETRAIN_STAGE,
    steps: config.steps,
    trainer,
    sample: (step) => sampleOf(config, domains, step),
    validation: {
      every: config.validateEvery,
      async score(weights) {
        scores = await scoreDomains(config, domains, weights);
        const step = trainer.step();
        const named = Object.entries(scores).map(([name, score]) => [`dice.${name}`, score]);
        await (await openMetricsLog(store, PRETRAIN_STAGE, step)).record(step, Object.fromEntries(named));
        const all = Object.values(scores);
        return all.length === 0 ? 0 : all.reduce((sum, score) => sum + score, 0) / all.length;
      },
      tell: () => describeDomains(domains, meanLosses(), scores),
    },
  });
  await trainer.dispose();
  return trained;
}

/** One batch: the patches of every domain, domain by domain. */
async function sampleOf(
  config: PretrainConfig,
  domains: readonly OpenDomain[],
  step: number,
): Promise<{ name: string; feeds: { images: Float32Array; classes: Float32Array } }> {
  const { patchesPerDomain: each, patch: extents } = config;
  const size = sizeOf(extents);
  const images = new Float32Array(domains.length * each * size);
  const classes = new Float32Array(images.length);
  const names: string[] = [];
  for (const [row, { name, volumes }] of domains.entries()) {
    for (let n = 0; n < each; n++) {
      const index = (step - 1) * each + n;
      const source = await volumes(index);
      const patch = applySample(source.volume, drawSample(config, name, index, source.volume), extents);
      images.set(patch.image, (row * each + n) * size);
      classes.set(patch.classes, (row * each + n) * size);
      names.push(`${source.name} of ${name}`);
    }
  }
  return { name: names.join(", "), feeds: { images, classes } };
}

/** Scores every domain by its own branch on its own validation patches. */
export async function scoreDomains(
  config: PretrainConfig,
  domains: readonly OpenDomain[],
  weights: Weights,
): Promise<DomainDice> {
  const scored = domains.filter(({ validation }) => validation.length > 0);
  if (scored.length === 0) return {};
  const fixed = Object.fromEntries(Object.entries(weights).map(([name, { data }]) => [name, data]));
  const { device, threads } = config;
  const session = await compile(pretrainedGraph(config, domains), { device, threads, fixed });
  const scores: Record<string, number> = {};
  for (const { name, classes, validation } of scored) {
    const counter = diceCounter(classes);
    for (const { image, classes: truth } of validation) counter.add((await session.run({ image }))[name], truth);
    scores[name] = counter.mean() ?? 0;
  }
  await session.dispose();
  return scores;
}

/** "hippocampus loss 0.612, Dice 0.53; spine loss 0.901" */
function describeDomains(domains: readonly Branch[], losses: ReadonlyMap<string, number>, scores: DomainDice): string {
  return domains
    .map(({ name }) => {
      const loss = losses.get(name);
      const parts = [
        ...(loss === undefined ? [] : [`loss ${loss.toFixed(3)}`]),
        ...(name in scores ? [`Dice ${scores[name].toFixed(3)}`] : []),
      ];
      return `${name} ${parts.join(", ")}`;
    })
    .join("; ");
}

/** The trainer, and the mean loss of each domain since the last time it was asked for. */
function withMeanLosses<Inputs extends string>(
  trainer: Trainer<Inputs>,
  domains: readonly Branch[],
): { readonly trainer: Trainer<Inputs>; meanLosses(): ReadonlyMap<string, number> } {
  let sums = new Map<string, number>();
  let steps = 0;
  return {
    trainer: {
      ...trainer,
      async run(feeds) {
        const result = await trainer.run(feeds);
        steps++;
        for (const { name } of domains) sums.set(name, (sums.get(name) ?? 0) + result.report[lossName(name)]);
        return result;
      },
    },
    meanLosses() {
      const means = new Map([...sums].map(([name, sum]) => [name, sum / steps]));
      sums = new Map();
      steps = 0;
      return means;
    },
  };
}
