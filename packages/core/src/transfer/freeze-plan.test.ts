import { describe, expect, it } from "vitest";
import { freezePlan, learningRates } from "./freeze-plan.ts";

const names = ["conv1.weight", "layer1.0.bn1.weight", "layer1.0.bn1.running_mean", "layer10.weight", "fc.bias"];

describe("freeze plan", () => {
  it.each([
    [["layer1.*"], ["layer1.0.bn1.weight", "layer1.0.bn1.running_mean"]],
    [
      ["*.running_*", "fc.bias"],
      ["layer1.0.bn1.running_mean", "fc.bias"],
    ],
    [["*"], names],
    [[], []],
  ])("%j", (patterns, frozen) => {
    expect(names.filter(freezePlan(patterns, names))).toEqual(frozen);
  });

  it("a pattern that matches nothing is refused with what comes near; a dot is a dot", () => {
    expect(() => freezePlan(["layer2.*"], names)).toThrow(
      "--freeze layer2.*: expected a pattern that matches parameters of the network, got none of 5. Did you mean layer1.*",
    );
    expect(() => freezePlan(["conv1?weight"], names)).toThrow("--freeze");
  });

  it("rates: 0 for frozen ones, the encoder's for loaded ones, and 1 is not said", () => {
    const isFrozen = freezePlan(["layer1.*"], names);
    const loaded = { "conv1.weight": 1, "layer1.0.bn1.weight": 1 };
    const parameters = ["conv1.weight", "layer1.0.bn1.weight", "fc.bias"];
    expect(learningRates(parameters, loaded, { encoderRate: 0.1, isFrozen })).toEqual({
      "conv1.weight": 0.1,
      "layer1.0.bn1.weight": 0,
    });
  });
});
