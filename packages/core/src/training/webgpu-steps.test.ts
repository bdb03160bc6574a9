import {
  availableDevices,
  compileTrainer,
  createRandom,
  type Device,
  sizeOf,
  type TrainingStep,
} from "@voxelsmith/engine";
import { describe, expect, it } from "vitest";
import { offerSoftwareAdapter } from "../../../engine/src/conformance/software-adapter.ts";
import { APPEARANCE_PRESETS } from "../appearance/config.ts";
import { appearanceStep } from "../appearance/train.ts";
import { SEGMENT_PRESETS } from "../segment/config.ts";
import { segmenterStep } from "../segment/train.ts";
import { SPATIAL_PRESETS } from "../spatial/config.ts";
import { spatialStep } from "../spatial/train.ts";

// The product's own training steps, narrow and small, on a GPU: no node on the CPU, and the CPU's numbers.

const offered = offerSoftwareAdapter();
const webgpu = (await availableDevices()).find(({ device }) => device === "webgpu");
if (webgpu?.available !== true) console.log(`skipped, no WebGPU adapter (${offered}): ${webgpu?.reason}`);

const EXTENTS = [16, 16, 16];
const CLASSES = 3;
const STEPS = 3;
const NARROW = { encoder: [4, 4, 4, 4], decoder: [4, 4, 4, 4] };
const QUICK = { steps: 20, warmupSteps: 1 };

const STEPS_OF_STAGES: readonly (readonly [stage: string, step: TrainingStep])[] = [
  ["spatial", erased(spatialStep({ ...SPATIAL_PRESETS.fast, ...NARROW, ...QUICK }, EXTENTS))],
  ["appearance", erased(appearanceStep({ ...APPEARANCE_PRESETS.fast, ...NARROW, ...QUICK }, EXTENTS))],
  ["segmenter", erased(segmenterStep({ ...SEGMENT_PRESETS.fast, channels: [4, 8, 8], ...QUICK }, CLASSES, EXTENTS))],
];

interface Curve {
  readonly losses: readonly number[];
  readonly parameters: Float32Array;
}

describe.skipIf(webgpu?.available !== true)("the training step on webgpu, no node on the CPU", () => {
  it.each(STEPS_OF_STAGES)(
    "%s: agrees with the CPU to 1e-4",
    async (_stage, step) => {
      const gpu = await train(step, "webgpu");
      const cpu = await train(step, "cpu");
      for (const [index, loss] of cpu.losses.entries()) {
        expect(Math.abs(gpu.losses[index] - loss) / Math.abs(loss), `loss of step ${index + 1}`).toBeLessThan(1e-4);
      }
      const length = Math.hypot(...cpu.parameters);
      const apart = Math.hypot(...gpu.parameters.map((value, index) => value - cpu.parameters[index]));
      expect(apart / length, "parameters after all steps").toBeLessThan(1e-4);
    },
    300_000,
  );
});

async function train(definition: TrainingStep, device: Device): Promise<Curve> {
  const trainer = await compileTrainer(definition, { device, seed: 5, forbidCpuFallback: device === "webgpu" });
  const losses: number[] = [];
  for (let step = 0; step < STEPS; step++) losses.push((await trainer.run(feedsOf(definition, step))).loss);
  const { parameters } = trainer.state();
  await trainer.dispose();
  return { losses, parameters };
}

/** Smooth images from 0 to 1, whole classes, small displacements. */
function feedsOf(definition: TrainingStep, step: number): Record<string, Float32Array> {
  return Object.fromEntries(
    Object.entries(definition.inputs).map(([name, shape]) => {
      const random = createRandom(9, "feed", name, step);
      const [along, across, phase] = [random.between(0.1, 0.4), random.between(0.1, 0.4), random.between(0, 6)];
      const values = Float32Array.from({ length: sizeOf(shape) }, (_, index) => {
        const wave = 0.5 + 0.5 * Math.sin(along * (index % 16) + across * Math.floor(index / 16) + phase);
        if (name === "classes") return Math.floor(wave * (CLASSES - 0.001));
        if (name === "boundary") return wave > 0.9 ? 1 : 0;
        return name === "displacement" ? wave - 0.5 : wave;
      });
      return [name, values];
    }),
  );
}

/** The list holds steps of different inputs; each is fed by its own shapes. */
function erased<Inputs extends string>(step: TrainingStep<Inputs>): TrainingStep {
  return step as unknown as TrainingStep;
}
