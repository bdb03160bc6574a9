import { expect, test } from "vitest";
import { ARMS } from "../run/arms.ts";
import { presetConfig } from "../run/config.ts";
import { HAND_TUNED } from "../synthesize/config.ts";
import { armSettings } from "./arm-settings.ts";

const base = presetConfig("fast", { seed: 1, device: "cpu", threads: 1 });
const shared = { ...base, synthesize: { ...base.synthesize, ...HAND_TUNED } };
const paired = { 1: "left putamen", 2: "right putamen", 3: "brain stem" };
const unsided = { 1: "head", 2: "body" };
const alone = { 1: "left hippocampus_head", 2: "left hippocampus_body" };

test.each<[what: string, labels: Readonly<Record<string, string>>, flip: string]>([
  ["names without sides", unsided, "left-right"],
  ["names in pairs", paired, "left-right"],
  ["one side alone", alone, "none"],
  ["no names", {}, "none"],
])("auto mirrors where the names allow it: %s", (_, labels, flip) => {
  expect(armSettings(shared, "hand-tuned", 1, labels).synthesize.flip).toBe(flip);
  expect(armSettings(shared, "independent", 1, labels).synthesize.flip).toBe("none");
});

test("ours-best mirrors where structures come in pairs, and trains itself elsewhere", () => {
  const inPairs = armSettings(shared, "ours-best", 1, paired);
  expect(inPairs.segment).toEqual({ ...shared.segment, mirrored: true, planarBorders: true });
  expect(inPairs.synthesize).toMatchObject({ flip: "left-right", pseudoShare: 0, randomShare: 0.5, elastic: 0 });
  for (const labels of [unsided, alone, {}]) {
    const elsewhere = armSettings(shared, "ours-best", 1, labels);
    expect(elsewhere.segment).toEqual({ ...shared.segment, planarBorders: true });
    expect(elsewhere.synthesize).toMatchObject({ pseudoShare: 0.9, pseudoLabels: "segmenter", flip: "none" });
  }
});

test("the classic augmentations are as strong as a person sets them, in the arm that stands for them alone", () => {
  const weak = { ...shared, synthesize: { ...shared.synthesize, elastic: 0.001, blur: 0 } };
  expect(armSettings(weak, "hand-tuned", 1, unsided).synthesize).toMatchObject({ elastic: 0.001, blur: 0 });
  for (const arm of ["ours-best", "supervised", "independent"] as const) {
    expect(armSettings(weak, arm, 1, unsided)).toEqual(armSettings(shared, arm, 1, unsided));
  }
});

test("registration at its best takes steps on each pair, as many as a person asks for or more", () => {
  expect(armSettings(shared, "sas", 1, paired).spatial.instanceSteps).toBe(0);
  const instance = ARMS["sas-instance"].instanceSteps ?? 0;
  expect(instance).toBeGreaterThan(0);
  expect(armSettings(shared, "sas-instance", 1, paired).spatial).toEqual({
    ...shared.spatial,
    instanceSteps: instance,
  });
  const patient = { ...shared, spatial: { ...shared.spatial, instanceSteps: 100 } };
  for (const arm of ["sas", "sas-instance", "independent"] as const) {
    expect(armSettings(patient, arm, 1, paired).spatial.instanceSteps).toBe(100);
  }
});

test("what a person sets for all arms stays", () => {
  const straight = { ...shared, segment: { ...shared.segment, planarBorders: true } };
  expect(armSettings(straight, "supervised", 1, unsided).segment.planarBorders).toBe(true);
  expect(armSettings(shared, "supervised", 1, unsided).segment.planarBorders).toBe(false);
  const mirrored = { ...shared, segment: { ...shared.segment, mirrored: true } };
  expect(armSettings(mirrored, "supervised", 1, paired).segment.mirrored).toBe(true);
  const unmoved = { ...shared, synthesize: { ...shared.synthesize, flip: "none" as const } };
  expect(armSettings(unmoved, "hand-tuned", 1, paired).synthesize.flip).toBe("none");
});
