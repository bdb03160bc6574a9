import { compile, createRandom, gradients, input, softmax, type Tensor } from "@voxelsmith/engine";
import { describe, expect, test } from "vitest";
import { appearanceSmoothnessLoss } from "./appearance-smoothness.ts";
import { crossEntropyLoss } from "./cross-entropy.ts";
import { dice } from "./dice.ts";
import { displacementSmoothnessLoss } from "./displacement-smoothness.ts";
import { localNcc } from "./local-ncc.ts";
import { mseLoss } from "./mse.ts";

const EXTENTS = [4, 5, 6] as const;
const VOXELS = 4 * 5 * 6;
const random = createRandom(11, "losses");
const uniforms = (count: number): Float32Array => Float32Array.from({ length: count }, () => random.uniform());

async function evaluate(
  loss: (...tensors: Tensor[]) => Tensor,
  channels: readonly number[],
  values: readonly Float32Array[],
  extents: readonly number[] = EXTENTS,
): Promise<{ value: number; gradient: Float32Array }> {
  const tensors = channels.map((count, index) => input(`x${index}`, [1, count, ...extents]));
  const value = loss(...tensors);
  const [gradient] = gradients(value, [tensors[0]]);
  const session = await compile({ value, gradient }, { threads: 1 });
  const results = await session.run(Object.fromEntries(values.map((data, index) => [`x${index}`, data])));
  await session.dispose();
  return { value: results.value[0], gradient: results.gradient };
}

/** Calls back with every voxel and its neighbour one step along each axis, where there is one. */
function forEachNeighbour(visit: (axis: number, here: number, ahead: number) => void): void {
  const strides = [30, 6, 1];
  for (let axis = 0; axis < 3; axis++)
    for (let v = 0; v < VOXELS; v++)
      if (Math.floor(v / strides[axis]) % EXTENTS[axis] < EXTENTS[axis] - 1) visit(axis, v, v + strides[axis]);
}

describe("each loss equals its slow twin", () => {
  test("mseLoss", async () => {
    const [a, b] = [uniforms(VOXELS), uniforms(VOXELS)];
    const twin = a.reduce((sum, value, v) => sum + (value - b[v]) ** 2, 0) / VOXELS;
    expect((await evaluate(mseLoss, [1, 1], [a, b])).value).toBeCloseTo(twin, 5);
  });

  test("localNcc", async () => {
    const [a, b] = [uniforms(VOXELS), uniforms(VOXELS)];
    const [window, reach] = [3, 1];
    let twin = 0;
    for (let z = 0; z < 4; z++)
      for (let y = 0; y < 5; y++)
        for (let x = 0; x < 6; x++) {
          let [sa, sb, saa, sbb, sab] = [0, 0, 0, 0, 0];
          for (let dz = -reach; dz <= reach; dz++)
            for (let dy = -reach; dy <= reach; dy++)
              for (let dx = -reach; dx <= reach; dx++) {
                const [k, j, i] = [z + dz, y + dy, x + dx];
                if (k < 0 || j < 0 || i < 0 || k >= 4 || j >= 5 || i >= 6) continue;
                const v = (k * 5 + j) * 6 + i;
                sa += a[v];
                sb += b[v];
                saa += a[v] * a[v];
                sbb += b[v] * b[v];
                sab += a[v] * b[v];
              }
          const n = window ** 3;
          const cross = sab - (sa * sb) / n;
          twin += cross ** 2 / ((saa - sa ** 2 / n) * (sbb - sb ** 2 / n)) / VOXELS;
        }
    const metric = await evaluate((m, f) => localNcc(m, f, { window }), [1, 1], [a, b]);
    expect(metric.value).toBeCloseTo(twin, 4);
  });

  test("displacementSmoothnessLoss", async () => {
    const u = uniforms(3 * VOXELS);
    const [sums, counts] = [
      [0, 0, 0],
      [0, 0, 0],
    ];
    for (let c = 0; c < 3; c++)
      forEachNeighbour((axis, here, ahead) => {
        sums[axis] += (u[c * VOXELS + ahead] - u[c * VOXELS + here]) ** 2;
        counts[axis]++;
      });
    const twin = sums.reduce((sum, value, axis) => sum + value / counts[axis] / 3, 0);
    expect((await evaluate(displacementSmoothnessLoss, [3], [u])).value).toBeCloseTo(twin, 5);
  });

  test("appearanceSmoothnessLoss", async () => {
    const psi = uniforms(VOXELS);
    const boundary = uniforms(VOXELS).map((value) => (value > 0.6 ? 1 : 0));
    const [sums, counts] = [
      [0, 0, 0],
      [0, 0, 0],
    ];
    forEachNeighbour((axis, here, ahead) => {
      sums[axis] += Math.abs(psi[ahead] - psi[here]) * (1 - boundary[ahead]);
      counts[axis]++;
    });
    const twin = sums.reduce((sum, value, axis) => sum + value / counts[axis], 0);
    expect((await evaluate(appearanceSmoothnessLoss, [1, 1], [psi, boundary])).value).toBeCloseTo(twin, 5);
  });

  test("dice and crossEntropyLoss", async () => {
    const logits = uniforms(3 * VOXELS).map((value) => 4 * value);
    const classes = uniforms(VOXELS).map((value) => Math.floor(value * 3));
    const oneHot = Float32Array.from({ length: 3 * VOXELS }, (_, at) =>
      classes[at % VOXELS] === Math.floor(at / VOXELS) ? 1 : 0,
    );
    let entropy = 0;
    const overlap = [0, 0, 0];
    const sizes = [0, 0, 0];
    for (let v = 0; v < VOXELS; v++) {
      const exps = [0, 1, 2].map((c) => Math.exp(logits[c * VOXELS + v]));
      const total = exps[0] + exps[1] + exps[2];
      entropy -= Math.log(exps[classes[v]] / total) / VOXELS;
      for (let c = 0; c < 3; c++) {
        overlap[c] += (exps[c] / total) * oneHot[c * VOXELS + v];
        sizes[c] += exps[c] / total + oneHot[c * VOXELS + v];
      }
    }
    const twin = [1, 2].reduce((sum, c) => sum + (2 * overlap[c] + 1) / (sizes[c] + 1) / 2, 0);
    const soft = await evaluate((x, t) => dice(softmax(x), t), [3, 3], [logits, oneHot]);
    expect(soft.value).toBeCloseTo(twin, 5);
    expect((await evaluate(crossEntropyLoss, [3, 3], [logits, oneHot])).value).toBeCloseTo(entropy, 5);
  });
});

test("localNcc: an image and a linear function of it score 1", async () => {
  const a = uniforms(VOXELS);
  const { value } = await evaluate((m, f) => localNcc(m, f, { window: 3 }), [1, 1], [a, a.map((v) => 2 * v)]);
  expect(value).toBeGreaterThan(0.999);
});

test("localNcc: flat images give 0 and a gradient of 0, not NaN", async () => {
  const flat = new Float32Array(VOXELS);
  const { value, gradient } = await evaluate((m, f) => localNcc(m, f), [1, 1], [flat, flat]);
  expect(value).toBe(0);
  expect(gradient.every((g) => g === 0)).toBe(true);
});

test("a slice as a volume of one slice has the losses of the 2-D image", async () => {
  const [flat, plane] = [[1, 10, 12] as const, [10, 12] as const];
  const [a, b] = [uniforms(VOXELS), uniforms(VOXELS)];
  const boundary = b.map((value) => (value > 0.6 ? 1 : 0));
  const inPlane = uniforms(2 * VOXELS);
  const displacement = Float32Array.of(...new Float32Array(VOXELS), ...inPlane); // nothing across the slice
  const pairs = [
    [(m: Tensor, f: Tensor) => localNcc(m, f, { window: 3 }), [1, 1], [a, b], [1, 1], [a, b]],
    [appearanceSmoothnessLoss, [1, 1], [a, boundary], [1, 1], [a, boundary]],
    [displacementSmoothnessLoss, [3], [displacement], [2], [inPlane]],
  ] as const;
  for (const [loss, channels, values, planeChannels, planeValues] of pairs) {
    const of = loss as (...tensors: Tensor[]) => Tensor;
    const one = await evaluate(of, channels, values, flat);
    const two = await evaluate(of, planeChannels, planeValues, plane);
    expect(one.value).toBeCloseTo(two.value, 6);
    const skipped = one.gradient.length - two.gradient.length; // the channel across the slice comes first
    two.gradient.forEach((value, n) => void expect(one.gradient[skipped + n]).toBeCloseTo(value, 6));
    expect(two.value).toBeGreaterThan(0);
  }
});
