/**
 * What on-the-fly synthesis adds to a training step of the segmenter: both timed in turn, medians of 30.
 * Usage: npx tsx bench/synthesis.ts [--save]; preset `fast`, 48x64x48, 3 classes, transforms of random numbers.
 */
import { writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { compileTrainer, createRandom } from "@voxelsmith/engine";
import { SEGMENT_PRESETS } from "../packages/core/src/segment/config.ts";
import { segmenterStep } from "../packages/core/src/segment/train.ts";
import { changesOf, createSynthesizer } from "../packages/core/src/synthesize/apply.ts";
import { SYNTHESIZE_PRESETS } from "../packages/core/src/synthesize/config.ts";
import { drawExample } from "../packages/core/src/synthesize/draw.ts";

const extents = [48, 64, 48];
const fieldExtents = [24, 32, 24];
const voxels = 48 * 64 * 48;
const repetitions = 30;
const threads = 2;
const random = createRandom(1, "bench");
const atlas = {
  image: Float32Array.from({ length: voxels }, random.uniform),
  classes: Float32Array.from({ length: voxels }, () => random.integer(3)),
};
const field = random.normals(3 * 24 * 32 * 24);
const psi = random.normals(voxels).map((value) => 0.1 * value);
const synthesizer = await createSynthesizer(
  {
    extents,
    fieldExtents,
    labeled: async () => atlas,
    changes: changesOf(SYNTHESIZE_PRESETS.fast),
    transforms: { field: async () => field, appearance: async () => psi },
  },
  { threads },
);
const trainer = await compileTrainer(segmenterStep(SEGMENT_PRESETS.fast, 3, extents), { threads, seed: 1 });
const synthesis: number[] = [];
const training: number[] = [];
for (let index = 0; index < repetitions + 5; index++) {
  const start = performance.now();
  const draw = drawExample(
    SYNTHESIZE_PRESETS.fast,
    { atlases: ["atlas"], subjects: ["a", "b"] },
    { seed: 1, stream: "bench", index },
  );
  const { image, classes } = await synthesizer.apply(draw);
  const middle = performance.now();
  await trainer.run({ image, classes });
  if (index < 5) continue; // warm-up
  synthesis.push(middle - start);
  training.push(performance.now() - middle);
}
const median = (values: number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const result = {
  date: new Date().toISOString(),
  machine: { processor: cpus()[0].model, cores: availableParallelism(), node: process.version },
  threads,
  repetitions,
  synthesisMs: median(synthesis),
  trainingStepMs: median(training),
  share: median(synthesis) / median(training),
};
console.log(result);
if (process.argv.includes("--save")) {
  const path = fileURLToPath(new URL("results/synthesis.json", import.meta.url));
  writeFileSync(path, `${JSON.stringify(result, null, 1)}\n`);
}
