import { beforeAll, describe, expect, it } from "vitest";
import { readTiny } from "../test-support/tiny-domains.ts";
import { TINY_SOURCES, tinyTransferComparison } from "../test-support/tiny-transfer-comparison.ts";
import type { Claims } from "./compare/jobs.ts";
import type { RunEvent } from "./run/progress.ts";
import { memoryStore, type Store, writeJson } from "./run/store.ts";
import { collectTransferResults } from "./transfer-comparison/collect-transfer-results.ts";
import type { FineTuningResult } from "./transfer-comparison/fine-tuning-result.ts";
import { changeTransferComparison } from "./transfer-comparison/resolve-transfer-comparison.ts";
import type { TransferComparisonResults, TransferTarget } from "./transfer-comparison/results.ts";
import type { TransferComparisonContext } from "./transfer-comparison/transfer-comparison-context.ts";
import type { TransferComparison } from "./transfer-comparison/transfer-comparison-record.ts";
import { runTransferComparison } from "./transfer-comparison.ts";

// A comparison of a few steps on phantoms: whether the jobs fit each other, not how well anything learns.

const environment = {
  ...{ voxelsmith: "0", runtime: "any", onnxruntime: "any", platform: "any", processor: "any", cores: 1 },
  ...{ memoryBytes: 1, device: "cpu", threads: 1, command: "", started: "" },
};

/** Jobs of several runs of one process; each is a process of its own to the others. */
function sharedClaims(): Claims {
  const taken = new Set<string>();
  return {
    claim: async (job) => {
      if (taken.has(job)) return undefined;
      taken.add(job);
      return async () => void taken.delete(job);
    },
  };
}

interface Watched extends TransferComparisonContext {
  readonly said: RunEvent[];
}

function requestOf(changes: Partial<TransferComparisonContext> = {}): Watched {
  const said: RunEvent[] = [];
  const { comparison = tinyTransferComparison() } = changes;
  return {
    ...{ comparison, scope: comparison, store: memoryStore(), environment, readFile: readTiny, pollSeconds: 0.05 },
    ...{ signal: new AbortController().signal, emit: (event: RunEvent) => void said.push(event), said },
    ...sharedClaims(),
    ...changes,
  };
}

const begun = ({ said }: Watched): string[] =>
  said.flatMap((event) =>
    event.kind === "stage" && ["fine-tuning", "pretraining"].includes(event.stage) ? [event.title] : [],
  );
const collect = (store: Store, comparison: TransferComparison): Promise<TransferComparisonResults> =>
  collectTransferResults(store, comparison, environment);
async function results(store: Store, folder: string): Promise<ReadonlyMap<string, FineTuningResult>> {
  const paths = (await store.list(folder)).filter((path) => path.endsWith("/result.json"));
  const read = async (path: string): Promise<FineTuningResult> =>
    JSON.parse(new TextDecoder().decode((await store.read(path)) ?? new Uint8Array()));
  return new Map(await Promise.all(paths.map(async (path) => [path, await read(path)] as const)));
}

describe("comparison of transfer", () => {
  const request = requestOf();
  let all: TransferComparisonResults;
  let runs: ReadonlyMap<string, FineTuningResult>;
  beforeAll(async () => {
    await runTransferComparison(request);
    all = await collect(request.store, request.comparison);
    runs = await results(request.store, "runs");
  }, 240_000);

  it("completes every cell: a sweep with the first seed, the chosen rate with the others", () => {
    expect(all.arms.map(({ name }) => name)).toEqual(["scratch", "domains"]);
    expect(all.targets.map(({ name, task, classes }) => [name, task, classes])).toEqual([
      ["balls", "segmentation", ["ball"]],
      ["kinds", "classification", ["balls", "boxes"]],
    ]);
    const [balls, kinds] = all.targets.map(({ cells }) =>
      cells.map(({ arm, labeled, isAll }) => [arm, labeled, isAll]),
    );
    const sizes = (few: number, every: number) =>
      ["scratch", "domains"].flatMap((arm) => [
        [arm, few, false],
        [arm, every, true],
      ]);
    expect([balls, kinds]).toEqual([sizes(1, 4), sizes(2, 8)]);
    for (const { cells } of all.targets) {
      for (const { runs: own, learningRate } of cells) {
        expect(own.map(({ seed, learningRate: rate }) => [seed, rate])).toEqual([
          ...[0.01, 0.001].map((rate) => [5, rate]),
          [6, learningRate],
        ]);
        const [first, second] = own;
        expect(learningRate).toBe(second.validation > first.validation ? 0.001 : 0.01);
      }
    }
    expect(all.notes).toEqual(["kinds: 2 labeled cases in place of 1, one of each class"]);
  });

  it("scores every test case, on its own grid or with its probabilities", () => {
    for (const { cells, task } of all.targets) {
      for (const run of cells.flatMap((cell) => cell.runs)) {
        expect(run.curve.map(({ step }) => step)).toEqual([1, 2]);
        expect(run.validation).toBe(Math.max(...run.curve.map(({ score }) => score)));
        if (task === "segmentation") expect(run.segmented?.map(({ id }) => id)).toEqual(["t", "u"]);
        else expect(run.classified?.map(({ truth }) => truth)).toEqual([0, 1, 0, 1]);
      }
    }
  });

  it("trains all arms on the same labeled cases; a larger number contains a smaller one", () => {
    const of = (target: string, arm: string, size: string, seed: number): readonly string[] => {
      const found = [...runs].filter(([path]) => path.startsWith(`runs/${target}/${arm}/n-${size}/seed-${seed}/`));
      const drawn = new Set(found.map(([, { training }]) => training.join()));
      expect(drawn.size).toBe(1); // whatever the rate
      return found[0][1].training;
    };
    for (const [target, sizes] of [
      ["balls", ["1", "all"]],
      ["kinds", ["2", "all"]],
    ] as const) {
      for (const seed of [5, 6]) {
        const draws = sizes.map((size) => of(target, "scratch", size, seed));
        expect(sizes.map((size) => of(target, "domains", size, seed))).toEqual(draws);
        expect(draws[1]).toEqual(expect.arrayContaining([...draws[0]]));
      }
    }
    expect(new Set(of("kinds", "scratch", "2", 5).map((id) => id.split("-")[0])).size).toBe(2);
  });

  it("leaves a target's own domain out of the pretraining for it, and shares the rest", async () => {
    const folders = [...(await results(request.store, "pretrain")).keys()];
    expect(folders).toEqual(["pretrain/domains/all/result.json", "pretrain/domains/without-balls/result.json"]);
    const domains = await request.store.read("pretrain/domains/without-balls/domains.json");
    expect(new TextDecoder().decode(domains)).not.toContain("balls");
    expect(all.targets.map(({ leftOut }) => leftOut)).toEqual([["balls"], []]);
    expect(all.arms[1].pretraining.map(({ leftOut }) => leftOut)).toEqual([[], ["balls"]]);
    expect(all.domains.map(({ name, classes, training }) => [name, classes, training])).toEqual([
      ["balls", 1, 4],
      ["boxes", 2, 4],
    ]);
  });

  it("keeps neither weights nor checkpoints of fine-tunings", async () => {
    const names = (await request.store.list("runs")).map((path) => path.split("/").at(-1));
    expect([...new Set(names)].sort()).toEqual(["metrics.jsonl", "result.json"]);
  });

  it("does nothing twice, and more seeds and arms join", async () => {
    const again = requestOf({ store: request.store });
    await runTransferComparison(again);
    expect(begun(again)).toEqual([]);
    const more = requestOf({ store: request.store, scope: { arms: ["scratch"], labeled: [1], seeds: 3 } });
    await runTransferComparison(more);
    expect(begun(more)).toHaveLength(2);
    const [balls] = (await collect(request.store, request.comparison)).targets;
    expect(balls.cells[0].runs.map(({ seed }) => seed)).toEqual([5, 5, 6, 7]);
  }, 120_000);

  it("two processes share the jobs, and a stopped one goes on", async () => {
    const [, kinds] = tinyTransferComparison().targets;
    const comparison = tinyTransferComparison({ targets: [kinds], labeled: [1] });
    const claims = sharedClaims();
    const store = memoryStore();
    const stopper = new AbortController();
    const stopped = requestOf({ comparison, store, ...claims, signal: stopper.signal });
    const stopping = {
      ...stopped,
      emit: (event: RunEvent) => {
        if (event.kind === "step" && event.stage === "transfer") stopper.abort();
      },
    };
    await expect(runTransferComparison(stopping)).rejects.toThrow();
    const [one, other] = [requestOf({ comparison, store, ...claims }), requestOf({ comparison, store, ...claims })];
    const states = await Promise.all([runTransferComparison(one), runTransferComparison(other)]);
    for (const { done } of states) expect(done.length).toBeGreaterThan(0);
    const jobs = [...begun(one), ...begun(other)].map((title) => title.replace(/^.*?: /, ""));
    expect(new Set(jobs).size).toBe(jobs.length);
    expect(begun(other).length).toBeGreaterThan(0);
    const { targets } = await collect(store, comparison);
    // What was shared and interrupted is what one process alone finds.
    const runsOf = (target: TransferTarget) =>
      target.cells.filter(({ labeled }) => labeled === 2).map((cell) => cell.runs.map(({ seconds: _, ...run }) => run));
    expect(targets.map(runsOf)).toEqual([runsOf(all.targets[1])]);
    expect(runsOf(targets[0]).map(({ length }) => length)).toEqual([3, 3]);
  }, 240_000);

  it("a rate that is too high is a result of the sweep", async () => {
    const [balls, kinds] = tinyTransferComparison().targets;
    const rates = [1e30, 0.01];
    const comparison = tinyTransferComparison({
      targets: [balls, kinds],
      arms: ["scratch"],
      labeled: [1],
      seeds: 1,
      rates,
    });
    const watched = requestOf({ comparison });
    await runTransferComparison(watched);
    const warnings = watched.said.flatMap((event) => (event.kind === "warning" ? [event.text] : []));
    expect(warnings[0]).toContain("scratch on balls, 1 labeled, rate 1e+30, seed 5: ");
    const { targets } = await collect(watched.store, comparison);
    for (const { cells } of targets) {
      expect(cells[0].learningRate).toBe(0.01);
      const [failed, ...others] = [...cells[0].runs].sort((a, b) => a.validation - b.validation);
      expect(failed).toMatchObject({ learningRate: 1e30, diverged: true });
      expect(others.map(({ diverged }) => diverged)).toEqual([undefined]);
      const tested = (run: typeof failed) => (run.segmented ?? run.classified)?.map(({ id }) => id);
      expect(tested(failed)).toEqual(tested(others[0]));
    }
  }, 60_000);

  it("what is unfinished is absent", async () => {
    const store = memoryStore();
    expect((await collect(store, request.comparison)).arms).toEqual([]);
    const [path, first] = [...runs][0];
    await writeJson(store, path, first); // one rate of two
    expect((await collect(store, request.comparison)).targets.flatMap(({ cells }) => cells)).toEqual([]);
  });

  it("pretrains once on video, and arms with one atlas a domain share the runs that make their examples", async () => {
    const [balls, kinds] = tinyTransferComparison().targets;
    const comparison = tinyTransferComparison({
      ...{
        targets: [balls, kinds],
        arms: ["video", "independent", "rand-aug", "supervised"],
        labeled: [1],
        seeds: 1,
        rates: [0.01],
      },
      settings: changeTransferComparison(request.comparison.settings, { assignments: TINY_SOURCES }),
    });
    const watched = requestOf({ comparison });
    await runTransferComparison(watched);
    const trained = watched.said.flatMap((event) =>
      event.kind === "step" && event.stage === "spatial" && event.step === event.steps ? [event.stage] : [],
    );
    expect(trained).toHaveLength(2); // boxes for balls; then balls for kinds, which finds boxes done
    const { arms, domains, targets } = await collect(watched.store, comparison);
    expect(arms.map(({ name, pretraining }) => [name, pretraining.map(({ leftOut }) => leftOut)])).toEqual([
      ["video", [[]]],
      ...["independent", "rand-aug", "supervised"].map((name) => [name, [[], ["balls"]]]),
    ]);
    for (const { steps } of arms.flatMap(({ pretraining }) => pretraining)) expect(steps).toBe(2);
    expect(Object.keys(arms[0].pretraining[0].scores)).toEqual(["accuracy", "shapes", "motions"]);
    expect(domains.map(({ name, atlas }) => [name, atlas])).toEqual([
      ["balls", "a"],
      ["boxes", "a"],
    ]);
    const drawn = [...(await results(watched.store, "runs")).values()].map(({ training }) => training.join());
    expect(new Set(drawn).size).toBe(targets.length);
  }, 240_000);
});
