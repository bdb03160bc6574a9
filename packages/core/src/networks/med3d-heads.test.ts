import {
  compile,
  createRandom,
  gradients,
  input,
  type ParameterSpecs,
  parameterCount,
  reduceSum,
  sizeOf,
  square,
  type Tensor,
} from "@voxelsmith/engine";
import { describe, expect, test } from "vitest";
import { InputError } from "../errors.ts";
import { segmentationBranch, segmentationBranchParameters } from "./med3d-heads-branch.ts";
import { classifier, classifierParameters } from "./med3d-heads-classifier.ts";
import { convSeg, convSegParameters } from "./med3d-heads-conv-seg.ts";
import {
  TRANSFER_DECODER_DEFAULTS,
  type TransferDecoderConfig,
  transferDecoder,
  transferDecoderParameters,
} from "./med3d-heads-decoder.ts";
import { doubleByTransposedConv } from "./med3d-heads-transposed-conv.ts";
import { upsampleInPlace } from "./med3d-heads-upsample.ts";
import { inferenceNorm, runningStatistics } from "./resnet-norm.ts";

function symbols(specs: ParameterSpecs): Record<string, Tensor> {
  return Object.fromEntries(Object.entries(specs).map(([name, { shape }]) => [name, input(name, shape)]));
}

async function evaluate(outputs: Record<string, Tensor>, feeds: Record<string, Float32Array>) {
  const session = await compile(outputs, { threads: 1 });
  const results = await session.run(feeds);
  await session.dispose();
  return results;
}

const random = createRandom(2, "heads");

describe("doubleByTransposedConv", () => {
  for (const kernel of [2, 3]) {
    test(`kernel ${kernel} is what loops over every product give`, async () => {
      const [inputs, outputs, extents] = [2, 3, [3, 2, 4]];
      const x = input("x", [2, inputs, ...extents]);
      const weight = input("weight", [inputs, outputs, kernel, kernel, kernel]);
      const bias = input("bias", [outputs]);
      const y = doubleByTransposedConv(x, weight, bias);
      expect(y.shape).toEqual([2, outputs, 6, 4, 8]);
      const feeds = {
        x: random.normals(sizeOf(x.shape)),
        weight: random.normals(sizeOf(weight.shape)),
        bias: random.normals(outputs),
      };
      const got = (await evaluate({ y }, feeds)).y;
      const expected = new Float64Array(got.length);
      const offset = (shape: readonly number[], index: readonly number[]): number =>
        index.reduce((at, i, axis) => at * shape[axis] + i, 0);
      const indices = (shape: readonly number[]): number[][] =>
        shape.reduce<number[][]>((all, n) => all.flatMap((i) => Array.from({ length: n }, (_, k) => [...i, k])), [[]]);
      for (const [n, i, ...p] of indices(x.shape)) {
        for (const [o, ...k] of indices([outputs, kernel, kernel, kernel])) {
          const q = p.map((at, axis) => 2 * at + k[axis] - (kernel - 2)); // padding 0 for 2, 1 for 3
          if (q.some((at, axis) => at < 0 || at >= 2 * extents[axis])) continue;
          expected[offset(y.shape, [n, o, ...q])] +=
            feeds.x[offset(x.shape, [n, i, ...p])] * feeds.weight[offset(weight.shape, [i, o, ...k])];
        }
      }
      const voxels = 6 * 4 * 8;
      for (const [at, value] of expected.entries()) {
        expect(got[at]).toBeCloseTo(value + feeds.bias[Math.floor(at / voxels) % outputs], 4);
      }
    });
  }
});

describe("upsampleInPlace", () => {
  test("a ramp stays the ramp of the image's voxels, and ends level", async () => {
    const x = input("x", [1, 1, 3, 2, 2]);
    const ramp = Float32Array.from({ length: 12 }, (_, at) => 8 * Math.floor(at / 4) + 100 * (at % 2));
    const fine = upsampleInPlace(x, [19, 8, 5], [8, 8, 4]);
    expect(fine.shape).toEqual([1, 1, 19, 8, 5]);
    const got = (await evaluate({ fine }, { x: ramp })).fine;
    for (const [at, value] of got.entries()) {
      const [k, i] = [Math.floor(at / 40), at % 5];
      expect(value).toBeCloseTo(Math.min(k, 16) + 25 * Math.min(i, 4), 3);
    }
  });
});

describe("segmentationBranch", () => {
  const liver = { domain: "liver", inputs: 4, classes: 3 };
  const brain = { domain: "brain", inputs: 4, classes: 2 };
  const specs = { ...segmentationBranchParameters(liver), ...segmentationBranchParameters(brain) };

  test("logits on the image's grid, whatever its extents", () => {
    for (const extents of [
      [16, 24, 8],
      [17, 9, 31],
      [1, 8, 10],
    ]) {
      const features = input("features", [2, 4, ...extents.map((extent) => Math.ceil(extent / 8))]);
      const logits = segmentationBranch(liver, symbols(specs), features, { extents, stride: [8, 8, 8] });
      expect(logits.shape).toEqual([2, 3, ...extents]);
    }
  });

  test("a domain's loss moves its own branch and the features, no other branch", async () => {
    const parameters = symbols(specs);
    const features = input("features", [1, 4, 2, 2, 2]);
    const logits = segmentationBranch(liver, parameters, features, { extents: [9, 16, 12], stride: [8, 8, 8] });
    const names = Object.keys(specs);
    const found = gradients(reduceSum(square(logits)), [features, ...names.map((name) => parameters[name])]);
    const outputs = Object.fromEntries(found.map((gradient, at) => [`g/${["features", ...names][at]}`, gradient]));
    const drawn = names.map((name) => [name, random.normals(sizeOf(specs[name].shape))] as const);
    const feeds = Object.fromEntries([...drawn, ["features", random.normals(32)] as const]);
    const session = await compile(outputs, { threads: 1 });
    const used = Object.keys(session.inputs);
    expect(used.some((name) => name.startsWith("branches.brain"))).toBe(false);
    const results = await session.run(Object.fromEntries(used.map((name) => [name, feeds[name]])));
    await session.dispose();
    for (const [name, values] of Object.entries(results)) {
      expect(values.some((value) => value !== 0)).toBe(!name.startsWith("g/branches.brain"));
    }
  });
});

describe("transferDecoder", () => {
  const paper: TransferDecoderConfig = { ...TRANSFER_DECODER_DEFAULTS, inputs: 512, classes: 3 };
  const narrow: TransferDecoderConfig = {
    ...paper,
    inputs: 5,
    groups: [
      [4, 3],
      [3, 2],
      [2, 2],
    ],
  };
  const networkOf = (config: TransferDecoderConfig): Record<string, Tensor> => {
    const specs = transferDecoderParameters(config);
    return symbols({ ...specs, ...runningStatistics(specs) });
  };

  test("both doublings have 27 taps for each pair of channels, two normalizations a group, and a head", () => {
    const taps = 27 * (512 * 256 + 256 * 128 + 128 * 128 + 128 * 64 + 64 * 64 + 64 * 32);
    const norms = 2 * (256 + 128 + 128 + 64 + 64 + 32);
    const head = 32 * 3 + 3;
    for (const doubling of ["transposed", "linear"] as const) {
      expect(parameterCount(transferDecoderParameters({ ...paper, doubling }))).toBe(taps + norms + head);
    }
  });

  for (const doubling of ["transposed", "linear"] as const) {
    test(`${doubling}: logits on the image's grid, whatever its extents`, () => {
      for (const extents of [
        [16, 24, 8],
        [17, 9, 31],
        [1, 8, 10],
      ]) {
        const features = input("features", [2, 5, ...extents.map((extent) => Math.ceil(extent / 8))]);
        const config = { ...narrow, doubling };
        const parameters = networkOf(config);
        const logits = transferDecoder(config, parameters, inferenceNorm(parameters), features, extents);
        expect(logits.shape).toEqual([2, 3, ...extents]);
      }
    });
  }

  test("groups that do not lead back to the image are bad input", () => {
    const parameters = networkOf(narrow);
    const call = (): Tensor =>
      transferDecoder(narrow, parameters, inferenceNorm(parameters), input("x", [1, 5, 1, 1, 1]), [32, 32, 16]);
    expect(call).toThrow(InputError);
    expect(call).toThrow(/expected features of extents \[4,4,2\] for 3 groups, got \[1,1,1\]/);
  });
});

test("convSeg doubles the extents", () => {
  const specs = convSegParameters({ inputs: 6, classes: 4 });
  const parameters = symbols({ ...specs, ...runningStatistics(specs) });
  const logits = convSeg(parameters, inferenceNorm(parameters), input("features", [2, 6, 3, 2, 5]));
  expect(logits.shape).toEqual([2, 4, 6, 4, 10]);
});

test("classifier is a linear layer on the mean over all voxels", async () => {
  const parameters = symbols(classifierParameters({ inputs: 2, classes: 3 }));
  const logits = classifier(parameters, input("features", [2, 2, 1, 2, 2]));
  expect(logits.shape).toEqual([2, 3]);
  const got = await evaluate(
    { logits },
    {
      features: Float32Array.of(1, 2, 3, 6, 0, 0, 4, 0, 2, 2, 2, 2, -1, -1, -1, -1), // means 3, 1 and 2, -1
      "fc.weight": Float32Array.of(1, 0, 0, 1, 2, 3),
      "fc.bias": Float32Array.of(0, 10, 20),
    },
  );
  expect([...got.logits]).toEqual([3, 11, 29, 2, 9, 21]);
});
