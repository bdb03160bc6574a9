import { decodeSafetensors } from "@voxelsmith/engine";
import { beforeAll, describe, expect, it } from "vitest";
import { readTiny, tinyDomain, tinyPretraining } from "../test-support/tiny-domains.ts";
import type { Domain, PretrainContext } from "./pretrain/context.ts";
import { readPretraining } from "./pretrain/pretrain-folder.ts";
import { beginPretraining, type Pretrained, pretrain } from "./pretraining.ts";
import { readMetrics } from "./run/metrics-log.ts";
import type { Store } from "./run/store.ts";

async function whole(context: PretrainContext): Promise<Pretrained> {
  await beginPretraining(context, { processor: "any" });
  return pretrain(context);
}

async function bytes(store: Store, path: string): Promise<Uint8Array> {
  return (await store.read(path)) ?? new Uint8Array();
}

describe("pretrain", () => {
  const one = tinyPretraining();
  let result: Pretrained;
  beforeAll(async () => {
    result = await whole(one);
  }, 240_000);

  it("lets the loss of every domain fall, says so, and scores each", async () => {
    const lines = (await readMetrics(one.store)).filter(({ stage }) => stage === "pretrain");
    for (const domain of ["balls", "boxes"]) {
      const losses = lines.flatMap((line) => Number(line[`loss.${domain}`] ?? Number.NaN)).filter(Number.isFinite);
      expect(losses).toHaveLength(12);
      const mean = (part: number[]): number => part.reduce((sum, loss) => sum + loss, 0) / part.length;
      expect(mean(losses.slice(-4))).toBeLessThan(0.9 * mean(losses.slice(0, 4)));
      expect(lines.filter((line) => `dice.${domain}` in line).map(({ step }) => step)).toEqual([6, 12]);
    }
    expect(
      one.said.some(
        (event) =>
          event.kind === "note" && /^pretrain: balls loss [\d.]+, Dice [\d.]+; boxes.* at step 12$/.test(event.text),
      ),
    ).toBe(true);
    expect(result.domains.map(({ name, classes, training }) => [name, classes, training])).toEqual([
      ["balls", 2, 4],
      ["boxes", 3, 4],
    ]);
    for (const { dice } of result.domains) expect(dice).toBeGreaterThanOrEqual(0);
  });

  it("writes weights by PyTorch's names that say what they are, and all that a resumption needs", async () => {
    const { tensors, metadata } = decodeSafetensors(await bytes(one.store, "weights.safetensors"));
    expect(Object.keys(tensors)).toEqual(
      expect.arrayContaining(["conv1.weight", "bn1.running_mean", "layer4.0.conv2.weight", "branches.boxes.weight"]),
    );
    expect(tensors["branches.boxes.weight"].shape).toEqual([3, 8, 1, 1, 1]);
    expect(tensors["bn1.running_mean"].data.some((value) => value !== 0)).toBe(true);
    expect(metadata.format).toBe("pt");
    expect(JSON.parse(metadata.encoder)).toMatchObject({ depth: 10, widths: [4, 4, 8, 8] });
    expect(JSON.parse(metadata.domains)[1]).toMatchObject({ name: "boxes", classes: ["background", "dark", "bright"] });
    const { config, domains } = await readPretraining(one.store);
    expect([config, domains]).toEqual([one.config, one.domains]);
  });

  it("a stopped and resumed one ends with the same bits as one that was not stopped, in a folder of its own", async () => {
    const controller = new AbortController();
    const stopped = tinyPretraining([], {
      signal: controller.signal,
      emit: (event) => {
        if (event.kind === "step" && event.stage === "pretrain" && event.step === 5) controller.abort();
      },
    });
    await expect(whole(stopped)).rejects.toThrow();
    expect(await stopped.store.read("weights.safetensors")).toBeUndefined();
    await pretrain({ ...stopped, signal: new AbortController().signal, emit: () => undefined });
    expect(await bytes(stopped.store, "weights.safetensors")).toEqual(await bytes(one.store, "weights.safetensors"));
    expect(await readMetrics(stopped.store)).toEqual(await readMetrics(one.store));
  }, 240_000);

  it("follows a plan that somebody edited, and refuses one that does not fit", async () => {
    const context = tinyPretraining(["steps=1", "validateEvery=1"]);
    await beginPretraining(context, {});
    const edit = async (change: (plan: { domains: Record<string, unknown>[] }) => void): Promise<void> => {
      const plan = JSON.parse(new TextDecoder().decode(await bytes(context.store, "plan.json")));
      change(plan);
      await context.store.write("plan.json", new TextEncoder().encode(JSON.stringify(plan)));
    };
    await edit(({ domains }) => {
      domains[1].labels = { 3: { name: "box", class: 1 }, 5: { name: "box", class: 1 } };
    });
    expect((await pretrain(context)).domains[1].classes).toBe(2);
    await edit(({ domains }) => domains.reverse());
    await expect(pretrain(context)).rejects.toThrow("plan.json: expected the domains balls, boxes");
    await edit(({ domains }) => {
      domains[0].spacingMm = [0, 1, 1];
    });
    await expect(pretrain(context)).rejects.toThrow("plan.json: domains.0.spacingMm.0");
  }, 240_000);
});

describe("pretraining on synthesized examples", () => {
  const fast = [
    ...["steps=2", "validateEvery=2", "synthesis.prepare.multipleOf=8", "synthesis.prepare.marginVoxels=0"],
    ...["synthesis.prepare.alignmentSteps=2", "synthesis.spatial.encoder=[4,4]", "synthesis.spatial.decoder=[4,4]"],
    ...["synthesis.spatial.steps=2", "synthesis.appearance.encoder=[4,4]", "synthesis.appearance.decoder=[4,4]"],
    "synthesis.appearance.steps=2",
  ];
  it.each(["independent", "rand-aug", "supervised"] as const)(
    "%s",
    async (synthesize) => {
      const context = tinyPretraining(fast, { synthesize, domains: [tinyDomain("boxes")] });
      const { domains } = await whole(context);
      expect(domains).toMatchObject([{ name: "boxes", classes: 3, validation: 1 }]);
      const manifest = JSON.parse(new TextDecoder().decode(await bytes(context.store, "domains/boxes/manifest.json")));
      const ids = (cases: readonly { readonly id: string }[]): string => cases.map(({ id }) => id).join("");
      const expected = { independent: ["a", "bcd"], "rand-aug": ["a", ""], supervised: ["abcd", ""] }[synthesize];
      expect([ids(manifest.atlases), ids(manifest.unlabeled)]).toEqual(expected);
      const hasModels = (await context.store.list("domains/boxes/spatial")).length > 0;
      expect(hasModels).toBe(synthesize === "independent");
      // The grid has the plan's spacing, and the labels of no other scan were prepared.
      const plan = JSON.parse(new TextDecoder().decode(await bytes(context.store, "domains/boxes/plan.json")));
      expect(plan.reference.spacingMm).toEqual([2, 2, 2]);
      const labels = (await context.store.list("domains/boxes/prepared")).filter((path) => path.includes("_labels"));
      expect(labels).toHaveLength(synthesize === "supervised" ? 4 : 1);
    },
    240_000,
  );
});

describe("bad input leaves no file", () => {
  const slice: Domain = { ...tinyDomain("balls"), name: "slice" };
  it.each<[string, Partial<PretrainContext>, RegExp]>([
    [
      "two domains of one name",
      { domains: [tinyDomain("balls"), tinyDomain("balls")] },
      /--domain balls: expected each domain once/,
    ],
    ["no domain", { domains: [] }, /at least one labeled data set/],
    ["a name with a slash", { domains: [{ ...slice, name: "a/b" }] }, /letters, digits/],
    [
      "a class that no training case has",
      { domains: [{ ...slice, manifest: { ...slice.manifest, validation: tinyDomain("boxes").manifest.validation } }] },
      /domain slice: label 3: expected a training case that has it, because case v has it/,
    ],
    ["a damaged file", { readFile: async (path) => (await readTiny(path)).slice(0, 400) }, /balls\/a.image/],
  ])("%s", async (_, changes, words) => {
    const context = tinyPretraining([], changes);
    await expect(beginPretraining(context, {})).rejects.toThrow(words);
    for (const path of ["plan.json", "config.json", "domains.json"])
      expect(await context.store.read(path)).toBeUndefined();
  });
});
