import { describe, expect, it } from "vitest";
import { readTiny, tinyDomain, tinyPretraining } from "../../test-support/tiny-domains.ts";
import { augmentPatch } from "../domains/augment-patch.ts";
import { openCases } from "../domains/open-cases.ts";
import { planDomain } from "../domains/plan-domain.ts";
import { applySample, caseVolumes, drawSample, validationPatches } from "./examples.ts";
import { diceCounter } from "./patch-dice.ts";
import { synthesizedVolumes } from "./synthesized-volumes.ts";

describe("examples", () => {
  it("depend on seed, domain and number alone", async () => {
    const { config } = tinyPretraining();
    const { manifest } = tinyDomain("boxes");
    const plan = await planDomain("boxes", manifest, readTiny);
    const open = () => openCases(plan, [...manifest.atlases, ...manifest.validation], readTiny);
    const [one, other] = [caseVolumes(config, plan, open()), caseVolumes(config, plan, open())];
    await other(3);
    const names = new Set<string>();
    for (let index = 0; index < 12; index++) {
      const { name, volume } = await one(index);
      names.add(name);
      const draw = drawSample(config, "boxes", index, volume);
      expect(drawSample(config, "boxes", index, (await other(index)).volume)).toEqual(draw);
      const { classes } = applySample(volume, draw, config.patch);
      if (draw.patch.around !== null) expect(classes).toContain(draw.patch.around);
    }
    expect([...names].sort()).toEqual(["a", "b", "c", "d"]);
    const held = await validationPatches(config, plan, open());
    expect(held).toHaveLength(3);
    expect(await validationPatches(config, plan, open())).toEqual(held);
  });

  it("a case that the plan names and the data lack is bad input", async () => {
    const { manifest } = tinyDomain("balls");
    const plan = { ...(await planDomain("balls", manifest, readTiny)), training: ["a", "gone"] };
    expect(() => openCases(plan, manifest.atlases, readTiny)).toThrow("plan of domain balls: case gone");
  });

  it("synthesized ones are standardized, and their classes are the domain's", async () => {
    const plan = await planDomain("boxes", tinyDomain("boxes").manifest, readTiny);
    const example = {
      name: "example",
      image: Float32Array.of(0, 0.5, 1, 0.5, 0, 1, 0.2, 0.8),
      classes: Float32Array.of(0, 1, 2, 0, 1, 2, 0, 1),
    };
    const own = { ...plan, labels: { 3: { name: "", class: 1 }, 5: { name: "", class: -1 } } };
    const { volume } = await synthesizedVolumes(own, { extents: [2, 2, 2], labels: [3, 5] }, async () => example)(0);
    expect([...(volume.classes ?? [])]).toEqual([0, 1, -1, 0, 1, -1, 0, 1]);
    expect(volume.image.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 5);
  });
});

describe("augmentPatch", () => {
  it("keeps the extremes under gamma, then scales and shifts", () => {
    const image = Float32Array.of(-2, 0, 2);
    expect([...augmentPatch(image, { gain: 1, shift: 0, gamma: 2 })]).toEqual([-2, -1, 2]);
    expect([...augmentPatch(image, { gain: 2, shift: 1, gamma: 1 })]).toEqual([-3, 1, 5]);
    expect([...augmentPatch(new Float32Array(2), { gain: 2, shift: 1, gamma: 3 })]).toEqual([1, 1]);
  });
});

describe("diceCounter", () => {
  it("adds patches up, leaves unlabeled voxels and absent classes out", () => {
    const counter = diceCounter(4);
    expect(counter.mean()).toBeNull();
    // Voxels: predicted 1 1 0 2, true 1 0 1 -1; then predicted 2 2 0 0, true 2 2 2 0.
    counter.add(Float32Array.of(0, 0, 1, 0, 1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0), Float32Array.of(1, 0, 1, -1));
    counter.add(Float32Array.of(0, 0, 1, 1, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0), Float32Array.of(2, 2, 2, 0));
    expect(counter.mean()).toBeCloseTo((2 / 4 + 4 / 5) / 2, 10);
  });
});
