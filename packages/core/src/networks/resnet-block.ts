import {
  add,
  conv,
  overlappingMaxPool,
  type ParameterSpecs,
  type Parameters,
  pad,
  relu,
  type Shape,
  sizeOf,
  type Tensor,
} from "@voxelsmith/engine";
import { type ResnetConfig, resnetBlocks, resnetExpansion } from "./resnet-config.ts";
import { batchNormParameters, type Normalize } from "./resnet-norm.ts";

interface BlockConv {
  readonly inputs: number;
  readonly outputs: number;
  readonly kernel: 1 | 3;
  readonly stride: number;
  readonly dilation: number;
}

/** One residual block, named as in MedicalNet: `layer1.0`. */
export interface ResnetBlock {
  readonly name: string;
  /** 0 to 3. */
  readonly stage: number;
  /** `conv1`, `conv2` and, in bottlenecks, `conv3`. */
  readonly convolutions: readonly BlockConv[];
  readonly activation: "post" | "pre";
  readonly shortcut: {
    readonly kind: "identity" | "A" | "B";
    readonly inputs: number;
    readonly outputs: number;
    readonly stride: number;
  };
}

/** All residual blocks, first to last. */
export function resnetBlockPlan(config: ResnetConfig): readonly ResnetBlock[] {
  const { widths, layout, activation } = config;
  const expansion = resnetExpansion(config);
  const plan: ResnetBlock[] = [];
  let inputs = widths[0];
  for (const [stage, blocks] of resnetBlocks(config).entries()) {
    const [width, dilation] = [widths[stage], layout.dilations[stage]];
    const outputs = width * expansion;
    for (let index = 0; index < blocks; index++) {
      const stride = index === 0 ? layout.strides[stage] : 1;
      const convolutions: readonly BlockConv[] =
        expansion === 1
          ? [
              { inputs, outputs: width, kernel: 3, stride, dilation },
              { inputs: width, outputs: width, kernel: 3, stride: 1, dilation },
            ]
          : [
              { inputs, outputs: width, kernel: 1, stride: 1, dilation: 1 },
              { inputs: width, outputs: width, kernel: 3, stride, dilation },
              { inputs: width, outputs, kernel: 1, stride: 1, dilation: 1 },
            ];
      const kind = stride === 1 && inputs === outputs ? "identity" : config.shortcut;
      const name = `layer${stage + 1}.${index}`;
      plan.push({ name, stage, convolutions, activation, shortcut: { kind, inputs, outputs, stride } });
      inputs = outputs;
    }
  }
  return plan;
}

/** A convolution without bias: normal with deviation sqrt(2 / fan-out), as MedicalNet starts (He 2015). */
export function convWeight(name: string, shape: Shape): ParameterSpecs {
  const fanOut = shape[0] * sizeOf(shape.slice(2));
  return { [`${name}.weight`]: { shape, initializer: { kind: "normal", deviation: Math.sqrt(2 / fanOut) } } };
}

export function resnetBlockParameters({ name, convolutions, activation, shortcut }: ResnetBlock): ParameterSpecs {
  const specs: Record<string, ParameterSpecs[string]> = {};
  for (const [index, { inputs, outputs, kernel }] of convolutions.entries()) {
    Object.assign(specs, convWeight(`${name}.conv${index + 1}`, [outputs, inputs, kernel, kernel, kernel]));
    Object.assign(specs, batchNormParameters(`${name}.bn${index + 1}`, activation === "pre" ? inputs : outputs));
  }
  if (shortcut.kind === "B") {
    Object.assign(specs, convWeight(`${name}.downsample.0`, [shortcut.outputs, shortcut.inputs, 1, 1, 1]));
    Object.assign(specs, batchNormParameters(`${name}.downsample.1`, shortcut.outputs));
  }
  return specs;
}

/**
 * post: relu(bn(conv(.. relu(bn(conv(x))))) + shortcut(x)). pre: conv(relu(bn(.. conv(relu(bn(x)))))) + shortcut(x).
 * x `[N, inputs, D, H, W]` becomes `[N, outputs, ceil(D / stride), ...]`.
 */
export function resnetBlock(block: ResnetBlock, parameters: Parameters, normalize: Normalize, x: Tensor): Tensor {
  const { name, convolutions, activation } = block;
  let y = x;
  for (const [index, { stride, dilation }] of convolutions.entries()) {
    const weight = parameters[`${name}.conv${index + 1}.weight`];
    const norm = `${name}.bn${index + 1}`;
    if (activation === "pre") {
      y = conv(relu(normalize(norm, y)), weight, undefined, { stride, dilation });
    } else {
      y = normalize(norm, conv(y, weight, undefined, { stride, dilation }));
      if (index < convolutions.length - 1) y = relu(y);
    }
  }
  const sum = add(y, shortcutOf(block, parameters, normalize, x)); // [N, outputs, ceil(D / stride), ...]
  return activation === "pre" ? sum : relu(sum);
}

/**
 * MedicalNet reads shortcut A's values aside (`.data`), so that no gradient passes through it; that is an accident of
 * old PyTorch and starves the early stages. Here it passes, as He 2016 means it. Forward both are equal.
 */
function shortcutOf({ name, shortcut }: ResnetBlock, parameters: Parameters, normalize: Normalize, x: Tensor): Tensor {
  const { kind, inputs, outputs, stride } = shortcut;
  if (kind === "identity") return x;
  if (kind === "B") {
    const weight = parameters[`${name}.downsample.0.weight`];
    return normalize(`${name}.downsample.1`, conv(x, weight, undefined, { stride }));
  }
  const taken = stride === 1 ? x : overlappingMaxPool(x, { kernel: 1, stride, padding: 0 }); // every stride-th voxel
  return pad(taken, [0, 0, 0, 0, 0], [0, outputs - inputs, 0, 0, 0]);
}
