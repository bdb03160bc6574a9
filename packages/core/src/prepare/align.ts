import {
  adam,
  add,
  averagePool,
  compileTrainer,
  concat,
  constant,
  type Device,
  div,
  identityGrid,
  matmul,
  mul,
  type Parameters,
  reduceMean,
  reduceSum,
  reshape,
  type Shape,
  sampleAt,
  sizeOf,
  sliceAxis,
  square,
  sub,
  type Tensor,
  type Trainer,
} from "@voxelsmith/engine";
import { localNccMap } from "../losses/local-ncc.ts";
import { type Affine, invertAffine, multiplyAffines } from "../volume/affine.ts";
import type { Grid } from "../volume/volume.ts";

export interface AlignOptions {
  readonly device: Device;
  readonly threads?: number;
  /** Optimizer steps at each resolution. */
  readonly steps: number;
}

/** An image on the reference grid: normalized intensities, and 1 where the scan has voxels, 0 outside of it. */
export interface Placed {
  readonly image: Float32Array;
  readonly inside: Float32Array;
}

/** Aligns subjects to one atlas; the graphs are compiled once. */
export interface Aligner {
  /** Maps atlas world mm to the placed subject's world mm. */
  align(subject: Placed): Promise<Affine>;
  dispose(): Promise<void>;
}

/** Coarse to fine: block sizes of the averaged grids. */
const LEVELS = [4, 2] as const;
const WINDOW = 7;
const LEARNING_RATE = 0.02;

/**
 * Twelve parameters, fitted by gradient descent on the engine: the local NCC between the atlas and the subject sampled
 * at c + A (x - c) + t, over the voxels that the subject covers, at a quarter and then at half of the resolution.
 * A is the identity plus a 3x3 matrix in relative units and t is in half extents of the grid, so that all twelve
 * numbers move the image by comparable amounts and share one learning rate. Along an axis of one voxel an image has no
 * slope and its voxels no distance to the center: the six numbers of that axis get no gradient and stay 0.
 */
export async function createAligner(atlas: Placed, grid: Grid, options: AlignOptions): Promise<Aligner> {
  const [i, j, k] = grid.dims;
  const extents = [k, j, i];
  const levels = LEVELS.filter((size) =>
    extents.every((extent) => extent === 1 || (extent % size === 0 && extent / size >= WINDOW)),
  );
  const trainers = await Promise.all(levels.map((size) => compileLevel(extents, size, options)));
  return {
    async align(subject) {
      let pose: Float32Array = new Float32Array(12);
      for (const trainer of trainers) {
        trainer.restore({
          ...Object.fromEntries(Object.entries(trainer.state()).map(([name, data]) => [name, data.fill(0)])),
          parameters: pose,
        });
        for (let step = 0; step < options.steps; step++) {
          await trainer.run({
            atlas: atlas.image,
            atlasInside: atlas.inside,
            subject: subject.image,
            subjectInside: subject.inside,
          });
        }
        pose = trainer.state().parameters;
      }
      return poseToWorld(pose, extents, grid.affine);
    },
    async dispose() {
      for (const trainer of trainers) await trainer.dispose();
    },
  };
}

type AlignInputs = "atlas" | "atlasInside" | "subject" | "subjectInside";

function compileLevel(extents: Shape, size: number, options: AlignOptions): Promise<Trainer<AlignInputs>> {
  const full: Shape = [1, 1, ...extents];
  const block = extents.map((extent) => (extent === 1 ? 1 : size));
  const coarse = extents.map((extent, axis) => extent / block[axis]);
  return compileTrainer(
    {
      inputs: { atlas: full, atlasInside: full, subject: full, subjectInside: full },
      parameters: { pose: { shape: [12], initializer: { kind: "constant", value: 0 } } },
      loss(inputs, parameters) {
        const fixed = averagePool(inputs.atlas, block); // [1, 1, d, h, w]
        const moving = averagePool(concat([inputs.subject, inputs.subjectInside]), block); // [1, 2, d, h, w]
        const moved = sampleAt(moving, poseCoordinates(parameters, coarse));
        const image = sliceAxis(moved, 1, 0, 1);
        const weight = mul(sliceAxis(moved, 1, 1, 2), averagePool(inputs.atlasInside, block));
        const similarity = div(
          reduceSum(mul(localNccMap(image, fixed, { window: WINDOW }), weight)),
          add(reduceSum(weight), 1e-3 * sizeOf(coarse)),
        );
        // A slight pull to the identity keeps flat images and thin overlaps from running away.
        const pull = mul(reduceMean(square(parameters.pose)), 0.05);
        return { loss: add(sub(1, reshape(similarity, [])), reshape(pull, [])) };
      },
      optimizer: adam({ learningRate: LEARNING_RATE, decay: "cosine", totalSteps: options.steps, finalFraction: 0.05 }),
    },
    { device: options.device, seed: 0, ...(options.threads === undefined ? {} : { threads: options.threads }) },
  );
}

/** c + A (x - c) + t for every voxel of the grid, `[1, 3, d, h, w]`. */
function poseCoordinates(parameters: Parameters, extents: Shape): Tensor {
  const half = extents.map((extent) => extent / 2);
  const center = extents.map((extent) => (extent - 1) / 2);
  const column = (values: readonly number[]): Tensor => constant(values, [values.length, 1]);
  const offsets = sub(reshape(identityGrid(extents), [3, sizeOf(extents)]), column(center)); // [3, K]
  const relative = div(offsets, column(half));
  const matrix = reshape(sliceAxis(parameters.pose, 0, 0, 9), [3, 3]);
  const shift = reshape(sliceAxis(parameters.pose, 0, 9, 12), [3, 1]);
  const change = mul(add(matmul(matrix, relative), shift), column(half)); // voxels
  return reshape(add(add(offsets, change), column(center)), [1, 3, ...extents]);
}

/** The pose as a map of world millimetres: V P V^-1 with P in full-resolution voxels and V the grid's affine. */
function poseToWorld(pose: Float32Array, extents: Shape, affine: Affine): Affine {
  // Axes D, H, W of the tensor are k, j, i of the grid; block centers and voxel centers share the grid's center.
  const half = extents.map((extent) => extent / 2);
  const center = extents.map((extent) => (extent - 1) / 2);
  const matrix = [0, 1, 2].map((r) => [0, 1, 2].map((c) => (r === c ? 1 : 0) + (pose[3 * r + c] * half[r]) / half[c]));
  const shift = [0, 1, 2].map(
    (r) => center[r] - matrix[r].reduce((sum, value, c) => sum + value * center[c], 0) + pose[9 + r] * half[r],
  );
  const voxels: number[] = [];
  for (const r of [2, 1, 0]) voxels.push(matrix[r][2], matrix[r][1], matrix[r][0], shift[r]);
  return multiplyAffines(affine, [...voxels, 0, 0, 0, 1], invertAffine(affine));
}
