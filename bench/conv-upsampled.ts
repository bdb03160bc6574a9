/**
 * The convolution of a U-Net's decoder, of an image with every axis doubled and a skip behind it: as one convolution of
 * both, and as the networks do it (`convUpsampled` and one of the skip). Both in turn, medians; forward alone, and with the
 * gradients of image, skip and weights. Usage: npx tsx bench/conv-upsampled.ts [--repetitions 15] [--threads 1] [--save]
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  add,
  compile,
  concat,
  conv,
  convUpsampled,
  createRandom,
  gradients,
  input,
  mul,
  reduceSum,
  type Session,
  sizeOf,
  sliceAxis,
  type Tensor,
  upsampleNearest,
} from "@voxelsmith/engine";
import { countOption, here, machine, median } from "./sides.ts";

const threads = countOption("threads", 1);
const repetitions = countOption("repetitions", 15);

/** Channels of the image, of the skip and of the result, and the image's extents. */
const CASES: readonly (readonly [image: number, skip: number, outputs: number, extents: readonly number[]])[] = [
  [32, 16, 16, [28, 32, 28]], // the segmenter of `fast` on a patch, finest level first
  [64, 32, 32, [14, 16, 14]],
  [128, 64, 64, [7, 8, 7]],
  [32, 16, 32, [20, 24, 20]], // the spatial model of `fast`
  [16, 8, 16, [40, 48, 40]], // its appearance model
  [32, 16, 16, [128, 96]], // 2-D
  [64, 32, 32, [6, 8, 6]], // where it begins to be worth it
  [128, 64, 64, [3, 4, 3]],
  [128, 64, 64, [8, 8]],
];

type Ways<T> = Readonly<Record<"joined" | "folded", T>>;

/** Milliseconds of both ways, in turn. */
async function timed(outputs: Ways<Readonly<Record<string, Tensor>>>, feeds: Readonly<Record<string, Float32Array>>) {
  const sessions: Ways<Session> = {
    joined: await compile(outputs.joined, { threads }),
    folded: await compile(outputs.folded, { threads }),
  };
  const times: Ways<number[]> = { joined: [], folded: [] };
  const ratios: number[] = [];
  for (let repetition = -2; repetition < repetitions; repetition++) {
    const both = { joined: 0, folded: 0 };
    for (const way of ["joined", "folded"] as const) {
      const start = performance.now();
      await sessions[way].run(feeds);
      both[way] = performance.now() - start;
      if (repetition >= 0) times[way].push(both[way]);
    }
    if (repetition >= 0) ratios.push(both.folded / both.joined);
  }
  for (const session of Object.values(sessions)) await session.dispose();
  const rounded = (values: readonly number[]): number => Number(median(values).toPrecision(3));
  return { joinedMs: rounded(times.joined), foldedMs: rounded(times.folded), ratio: rounded(ratios) };
}

async function measure(image: number, skipped: number, outputs: number, extents: readonly number[]) {
  const doubled = extents.map((extent) => 2 * extent);
  const x = input("x", [1, image, ...extents]);
  const skip = input("skip", [1, skipped, ...doubled]);
  const weight = input("weight", [outputs, image + skipped, ...extents.map(() => 3)]);
  const target = input("target", [1, outputs, ...doubled]);
  const [ofImage, ofSkip] = [sliceAxis(weight, 1, 0, image), sliceAxis(weight, 1, image, image + skipped)];
  const results: Ways<Tensor> = {
    joined: conv(concat([upsampleNearest(x), skip]), weight),
    folded: add(convUpsampled(x, ofImage), conv(skip, ofSkip)),
  };
  const random = createRandom(1, "bench");
  const feeds = Object.fromEntries(
    Object.entries({ x, skip, weight, target }).map(([name, { shape }]) => [name, random.normals(sizeOf(shape))]),
  );
  const withGradients = (y: Tensor): Readonly<Record<string, Tensor>> => {
    const [ofX, ofSkips, ofWeight] = gradients(reduceSum(mul(y, target)), [x, skip, weight]);
    return { y, ofX, ofSkips, ofWeight };
  };
  const forward = await timed({ joined: { y: results.joined }, folded: { y: results.folded } }, feeds);
  const step = await timed({ joined: withGradients(results.joined), folded: withGradients(results.folded) }, feeds);
  return { channels: [image, skipped, outputs], extents, forward, step };
}

const cases: Awaited<ReturnType<typeof measure>>[] = [];
for (const one of CASES) {
  const result = await measure(...one);
  const [forward, step] = [result.forward, result.step].map(
    ({ joinedMs, foldedMs, ratio }) => `${joinedMs} to ${foldedMs} ms (${ratio})`,
  );
  console.log(
    `${one[0]} + ${one[1]} to ${one[2]} channels, ${one[3].join("x")}: forward ${forward}, with gradients ${step}`,
  );
  cases.push(result);
}
if (process.argv.includes("--save")) {
  const path = join(here, "results/conv-upsampled.json");
  writeFileSync(path, `${JSON.stringify({ machine: machine(threads), repetitions, cases }, null, 2)}\n`);
  console.log("saved bench/results/conv-upsampled.json");
}
