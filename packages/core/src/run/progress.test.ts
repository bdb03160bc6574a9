import { describe, expect, it } from "vitest";
import { stepMeter } from "./progress.ts";

describe("step meter", () => {
  it("reports the rate of the recent steps and the time left", () => {
    let milliseconds = 0;
    const meter = stepMeter("spatial", 100, 10, () => milliseconds);
    for (let step = 11; step <= 60; step++) {
      milliseconds += 500;
      meter(step, 1);
    }
    milliseconds += 500;
    expect(meter(61, 0.25)).toEqual({
      kind: "step",
      stage: "spatial",
      step: 61,
      steps: 100,
      loss: 0.25,
      rate: 2,
      secondsLeft: 19.5,
    });
  });

  it("follows a machine that slows down, and does not divide by nothing", () => {
    let milliseconds = 0;
    const meter = stepMeter("prepare", 200, 0, () => milliseconds);
    expect(meter(1)).toMatchObject({ rate: 0, secondsLeft: 0 });
    for (let step = 2; step <= 50; step++) {
      milliseconds += step < 20 ? 100 : 1000;
      meter(step);
    }
    milliseconds += 1000;
    expect(meter(51).rate).toBeCloseTo(1, 5);
  });
});
