import { InputError } from "../errors.ts";

export const RESNET_DEPTHS = [10, 18, 34, 50, 101, 152, 200] as const;
export type ResnetDepth = (typeof RESNET_DEPTHS)[number];

/** A 3-D residual network, without its head. */
export interface ResnetConfig {
  readonly depth: ResnetDepth;
  /** Channels of the image. */
  readonly inputs: number;
  /** Channels of the four stages; those of bottlenecks come out four times as wide. */
  readonly widths: readonly number[];
  /**
   * Where a block changes channels or extents: `A` takes every stride-th voxel and adds channels of zeros, `B` is a
   * 1^3 convolution and a normalization (He 2016).
   */
  readonly shortcut: "A" | "B";
  /** `pre`: normalization and ReLU stand before each convolution (He 2016, "Identity mappings"). */
  readonly activation: "post" | "pre";
  readonly layout: ResnetLayout;
}

/** Where the network loses resolution, and where it looks further instead. */
export interface ResnetLayout {
  /** Stride of the first convolution along D, H, W. */
  readonly stem: readonly [number, number, number];
  /** Stride of the first block of each stage. */
  readonly strides: readonly number[];
  /** Dilation of the 3^3 convolutions of each stage. */
  readonly dilations: readonly number[];
}

export const RESNET_LAYOUTS: Readonly<Record<"med3d" | "kinetics", ResnetLayout>> = {
  /** Output stride 8 with dilations 2 and 4, as MedicalNet's code has it; the paper's text speaks of 2 for both. */
  med3d: { stem: [2, 2, 2], strides: [1, 2, 1, 1], dilations: [1, 1, 2, 4] },
  /** 3D-ResNets-PyTorch (Hara 2018): stride 32 in space and 16 in time. */
  kinetics: { stem: [1, 2, 2], strides: [1, 2, 2, 2], dilations: [1, 1, 1, 1] },
};

const BLOCKS: Readonly<Record<ResnetDepth, readonly number[]>> = {
  10: [1, 1, 1, 1],
  18: [2, 2, 2, 2],
  34: [3, 4, 6, 3],
  50: [3, 4, 6, 3],
  101: [3, 4, 23, 3],
  152: [3, 8, 36, 3],
  200: [3, 24, 36, 3],
};

/** Blocks of each of the four stages. */
export function resnetBlocks({ depth }: Pick<ResnetConfig, "depth">): readonly number[] {
  return BLOCKS[depth];
}

/** 1 for blocks of two 3^3 convolutions, 4 for bottlenecks (depth 50 and more). */
export function resnetExpansion({ depth }: Pick<ResnetConfig, "depth">): number {
  return depth < 50 ? 1 : 4;
}

/** Channels of the features that come out. */
export function resnetChannels(config: ResnetConfig): number {
  return config.widths[config.widths.length - 1] * resnetExpansion(config);
}

/** Voxels of the image to one of the features, along D, H, W: voxel p of the features is centered on voxel stride p. */
export function resnetStride({ layout }: Pick<ResnetConfig, "layout">): readonly [number, number, number] {
  const [d, h, w] = layout.stem;
  const rest = layout.strides.reduce((product, stride) => product * stride, 2); // 2 for the pooling
  return [d * rest, h * rest, w * rest];
}

/**
 * Med3D's encoder of a depth (Chen, Ma and Zheng 2019): one channel in, output stride 8, shortcut A for 18 and 34 and B
 * for the others, as in MedicalNet's table.
 * @throws InputError where there is no network of that depth
 */
export function med3dResnet(depth: number, changes: Partial<Omit<ResnetConfig, "depth">> = {}): ResnetConfig {
  const known = RESNET_DEPTHS.find((one) => one === depth);
  if (known === undefined) {
    throw new InputError({
      subject: "depth of the encoder",
      expected: `one of ${RESNET_DEPTHS.join(", ")}`,
      got: String(depth),
      todo: "Choose a depth that the encoder has.",
    });
  }
  return {
    depth: known,
    inputs: 1,
    widths: [64, 128, 256, 512],
    shortcut: known === 18 || known === 34 ? "A" : "B",
    activation: "post",
    layout: RESNET_LAYOUTS.med3d,
    ...changes,
  };
}
