import { compile, createRandom, gradients, input } from "@voxelsmith/engine";
import { describe, expect, it } from "vitest";
import { maskedSegmentationLoss } from "./masked-segmentation-loss.ts";

const [N, CLASSES, VOXELS] = [2, 3, 8];
const random = createRandom(5, "masked-loss");
const logits = random.normals(N * CLASSES * VOXELS);
const classes = Float32Array.from({ length: N * VOXELS }, (_, index) => [-1, 0, 1, 2, 2, -1, 0, 1][(3 * index) % 8]);

/** Voxel by voxel, as the words say it. */
function twin(values: Float32Array, truth: Float32Array): number {
  let crossEntropy = 0;
  let labeled = 0;
  let dice = 0;
  for (let n = 0; n < N; n++) {
    const sums = Array.from({ length: CLASSES }, () => ({ overlap: 0, predicted: 0, real: 0 }));
    for (let p = 0; p < VOXELS; p++) {
      const real = truth[n * VOXELS + p];
      if (real === -1) continue;
      const powers = sums.map((_, c) => Math.exp(values[(n * CLASSES + c) * VOXELS + p]));
      const total = powers.reduce((a, b) => a + b);
      crossEntropy -= Math.log(powers[real] / total);
      labeled++;
      for (const [c, sum] of sums.entries()) {
        sum.predicted += powers[c] / total;
        sum.real += real === c ? 1 : 0;
        sum.overlap += real === c ? powers[c] / total : 0;
      }
    }
    for (const { overlap, predicted, real } of sums.slice(1)) dice += (2 * overlap + 1) / (predicted + real + 1);
  }
  return 1 - dice / (N * (CLASSES - 1)) + crossEntropy / Math.max(1, labeled);
}

async function evaluate(values: Float32Array, truth: Float32Array) {
  const x = input("logits", [N, CLASSES, 2, 2, 2]);
  const loss = maskedSegmentationLoss(x, input("classes", [N, 1, 2, 2, 2]));
  const session = await compile({ loss, gradient: gradients(loss, [x])[0] });
  const result = await session.run({ logits: values, classes: truth });
  await session.dispose();
  return { loss: result.loss[0], gradient: result.gradient };
}

describe("maskedSegmentationLoss", () => {
  it("is what its slow twin says", async () => {
    expect((await evaluate(logits, classes)).loss).toBeCloseTo(twin(logits, classes), 5);
  });

  it("gives voxels that nobody labeled no gradient, and does not see what is predicted there", async () => {
    const before = await evaluate(logits, classes);
    const changed = logits.slice();
    for (let n = 0; n < N; n++) {
      for (let p = 0; p < VOXELS; p++) {
        const isIgnored = classes[n * VOXELS + p] === -1;
        for (let c = 0; c < CLASSES; c++) {
          const at = (n * CLASSES + c) * VOXELS + p;
          if (isIgnored) {
            expect(before.gradient[at]).toBe(0);
            changed[at] += 7 * c - 3;
          } else expect(Math.abs(before.gradient[at])).toBeGreaterThan(1e-6);
        }
      }
    }
    expect((await evaluate(changed, classes)).loss).toBe(before.loss);
  });

  it("is a number without any labeled voxel", async () => {
    const { loss, gradient } = await evaluate(logits, new Float32Array(N * VOXELS).fill(-1));
    expect(loss).toBeCloseTo(0, 6);
    expect(gradient.every((value) => value === 0)).toBe(true);
  });
});
