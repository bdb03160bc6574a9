import { describe, expect, it } from "vitest";
import { registrationExample, segmentationExample } from "../conformance/small-examples.ts";
import { registrationStep, segmentationStep } from "../conformance/small-steps.ts";
import { offerSoftwareAdapter } from "../conformance/software-adapter.ts";
import { compileTrainer, type TrainingStep } from "../training-step.ts";
import { availableDevices } from "./devices.ts";
import type { Device } from "./session.ts";

const offered = offerSoftwareAdapter();
const webgpu = (await availableDevices()).find(({ device }) => device === "webgpu");
if (webgpu?.available !== true) console.log(`skipped, no WebGPU adapter (${offered}): ${webgpu?.reason}`);

const STEPS = 5;

interface Curve {
  readonly losses: readonly number[];
  readonly norms: readonly number[];
  readonly parameters: Float32Array;
}

async function train<Inputs extends string>(
  definition: TrainingStep<Inputs>,
  example: (step: number) => Record<Inputs, Float32Array>,
  device: Device,
): Promise<Curve> {
  const trainer = await compileTrainer(definition, { device, seed: 5, forbidCpuFallback: device === "webgpu" });
  const losses: number[] = [];
  const norms: number[] = [];
  for (let step = 0; step < STEPS; step++) {
    const { loss, gradientNorm } = await trainer.run(example(step));
    losses.push(loss);
    norms.push(gradientNorm);
  }
  const { parameters } = trainer.state();
  await trainer.dispose();
  return { losses, norms, parameters };
}

const relative = (a: number, b: number): number => Math.abs(a - b) / Math.abs(b);

function expectAgreement(gpu: Curve, cpu: Curve): void {
  for (let step = 0; step < STEPS; step++) {
    expect(relative(gpu.losses[step], cpu.losses[step]), `loss of step ${step + 1}`).toBeLessThan(1e-4);
    expect(relative(gpu.norms[step], cpu.norms[step]), `gradient norm of step ${step + 1}`).toBeLessThan(1e-3);
  }
  const length = Math.hypot(...cpu.parameters);
  const apart = Math.hypot(...gpu.parameters.map((value, index) => value - cpu.parameters[index]));
  expect(apart / length, "parameters after all steps").toBeLessThan(1e-4);
  expect(cpu.losses[STEPS - 1]).toBeLessThan(cpu.losses[0]);
}

describe.skipIf(webgpu?.available !== true)("a whole training step on webgpu, no node on the CPU", () => {
  it("registers as the CPU does", async () => {
    const step = registrationStep(8);
    const run = (device: Device): Promise<Curve> => train(step, (index) => registrationExample(8, index), device);
    expectAgreement(await run("webgpu"), await run("cpu"));
  }, 300_000);

  it("segments as the CPU does", async () => {
    const step = segmentationStep(8);
    const run = (device: Device): Promise<Curve> => train(step, (index) => segmentationExample(8, index), device);
    expectAgreement(await run("webgpu"), await run("cpu"));
  }, 300_000);
});
