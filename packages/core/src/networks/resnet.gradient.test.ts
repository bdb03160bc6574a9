import {
  compile,
  createRandom,
  gradients,
  initializeWeights,
  input,
  mul,
  type ParameterSpecs,
  reduceSum,
  reshape,
  sizeOf,
  type Tensor,
} from "@voxelsmith/engine";
import { describe, expect, test } from "vitest";
import { segmentationBranch, segmentationBranchParameters } from "./med3d-heads-branch.ts";
import { classifier, classifierParameters } from "./med3d-heads-classifier.ts";
import { convSeg, convSegParameters } from "./med3d-heads-conv-seg.ts";
import { transferDecoder, transferDecoderParameters } from "./med3d-heads-decoder.ts";
import { resnet, resnetParameters } from "./resnet.ts";
import { med3dResnet, RESNET_LAYOUTS, type ResnetConfig, resnetChannels, resnetStride } from "./resnet-config.ts";
import { inferenceNorm, type Normalize, runningStatistics, trainingNorm } from "./resnet-norm.ts";

const EXTENTS = [18, 16, 20];
const BATCH = 2;
/** Large ones meet kinks, small ones rounding: one of them must agree. */
const STEPS = [1e-2, 1e-3];

interface Head {
  readonly parameters: ParameterSpecs;
  readonly forward: (parameters: Readonly<Record<string, Tensor>>, normalize: Normalize, features: Tensor) => Tensor;
}

const HEADS: Readonly<Record<string, (config: ResnetConfig) => Head>> = {
  branch(config) {
    const branch = { domain: "liver", inputs: resnetChannels(config), classes: 2 };
    const grid = { extents: EXTENTS, stride: resnetStride(config) };
    return {
      parameters: segmentationBranchParameters(branch),
      forward: (parameters, _, features) => segmentationBranch(branch, parameters, features, grid),
    };
  },
  transposed: (config) => decoderHead(config, "transposed"),
  linear: (config) => decoderHead(config, "linear"),
  convSeg: (config) => ({
    parameters: convSegParameters({ inputs: resnetChannels(config), classes: 2 }),
    forward: convSeg,
  }),
  classifier: (config) => ({
    parameters: classifierParameters({ inputs: resnetChannels(config), classes: 3 }),
    forward: (parameters, _, features) => classifier(parameters, features),
  }),
};

function decoderHead(config: ResnetConfig, doubling: "transposed" | "linear"): Head {
  const groups: readonly (readonly [number, number])[] = [
    [4, 3],
    [3, 2],
    [2, 2],
  ];
  const decoder = { inputs: resnetChannels(config), classes: 2, groups, doubling };
  return {
    parameters: transferDecoderParameters(decoder),
    forward: (parameters, normalize, features) => transferDecoder(decoder, parameters, normalize, features, EXTENTS),
  };
}

const narrow = { widths: [2, 3, 4, 5] };
const CASES: readonly (readonly [name: string, config: ResnetConfig, head: string, norm: "training" | "inference"])[] =
  [
    ["10 with its branch", med3dResnet(10, narrow), "branch", "training"],
    ["10 with fixed statistics", med3dResnet(10, narrow), "branch", "inference"],
    ["18 by shortcut A, transposed decoder", med3dResnet(18, narrow), "transposed", "training"],
    [
      "18 with strides, classifier",
      med3dResnet(18, { ...narrow, layout: RESNET_LAYOUTS.kinetics }),
      "classifier",
      "training",
    ],
    ["10 with the linear decoder", med3dResnet(10, narrow), "linear", "training"],
    ["10 with MedicalNet's decoder", med3dResnet(10, narrow), "convSeg", "training"],
    ["50 by bottlenecks", med3dResnet(50, narrow), "classifier", "training"],
    ["50, pre-activated", med3dResnet(50, { ...narrow, activation: "pre" }), "branch", "training"],
  ];

describe("gradients through the whole network, against central differences", () => {
  for (const [name, config, headName, norm] of CASES) {
    test(name, async () => {
      const head = HEADS[headName](config);
      const specs = { ...resnetParameters(config), ...head.parameters };
      const statistics = runningStatistics(specs);
      const all = { ...specs, ...statistics };
      const parameters = Object.fromEntries(Object.entries(all).map(([key, { shape }]) => [key, input(key, shape)]));
      const normalize = norm === "training" ? trainingNorm(parameters).normalize : inferenceNorm(parameters);
      const image = input("image", [BATCH, 1, ...EXTENTS]);
      const logits = head.forward(parameters, normalize, resnet(config, parameters, normalize, image));
      const weight = input("weight", logits.shape);
      const asked = Object.keys(specs);
      const loss = reshape(reduceSum(mul(logits, weight)), []);
      const found = gradients(
        loss,
        asked.map((key) => parameters[key]),
      );
      const backward = await compile(Object.fromEntries(found.map((g, at) => [`g/${asked[at]}`, g])), { threads: 1 });
      const forward = await compile({ logits }, { threads: 1 });

      const random = createRandom(5, "gradient", name);
      const drawn = initializeWeights(all, 11);
      const feeds: Record<string, Float32Array> = {
        image: random.normals(sizeOf(image.shape)),
        weight: random.normals(sizeOf(weight.shape)),
      };
      // Shifted so that few voxels lie near a kink of ReLU, which no difference quotient can step over; those of a deep
      // network add up. Scales are off their start at 1.
      for (const [key, { shape, data }] of Object.entries(drawn)) {
        const shift = key.endsWith(".bias") ? 2.5 : 0;
        feeds[key] = shape.length > 1 ? data : data.map((value) => value + shift + 0.3 * random.uniform());
      }
      const lossAt = async (values: Readonly<Record<string, Float32Array>>): Promise<number> => {
        const { weight: factors, ...rest } = values;
        const result = (await forward.run(rest)).logits;
        return result.reduce((sum, value, at) => sum + value * factors[at], 0);
      };
      const own = (keys: readonly string[]) => Object.fromEntries(keys.map((key) => [key, feeds[key]]));
      const computed = await backward.run(own(Object.keys(backward.inputs)));
      const lengths = asked.map((key) => Math.hypot(...computed[`g/${key}`]));
      const rounding = 5e-5 * Math.max(...lengths);
      for (const [at, key] of asked.entries()) {
        if (config.depth >= 50 && at % 4 !== 0) continue; // for time; 4 meets convolutions, scales and shifts in turn
        // Along the gradient itself the slope is its length; any wrong entry would make it another.
        const [gradient, length] = [computed[`g/${key}`], lengths[at]];
        const differences: number[] = [];
        for (const step of STEPS) {
          const moved = (sign: number): Promise<number> =>
            lossAt({ ...feeds, [key]: feeds[key].map((value, i) => value + (sign * step * gradient[i]) / length) });
          const slope = ((await moved(1)) - (await moved(-1))) / (2 * step);
          differences.push(Math.abs(slope - length));
        }
        expect(Math.min(...differences), key).toBeLessThan(0.03 * length + rounding);
      }
      await backward.dispose();
      await forward.dispose();
    });
  }
});
