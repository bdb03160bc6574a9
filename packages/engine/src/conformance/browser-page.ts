import { useWasmAssets } from "../runtime/wasm-assets.ts";
import { compileTrainer } from "../training-step.ts";
import { registrationExample, segmentationExample } from "./small-examples.ts";
import { registrationStep, segmentationStep } from "./small-steps.ts";

/** What the page of the browser test sends back. */
export interface PageReport {
  readonly isolated: boolean;
  readonly registration: readonly number[];
  readonly segmentation: readonly number[];
  readonly error?: string;
}

/** Losses of a few steps of both small trainings. Shared with the test, which runs the same on the CPU. */
export async function trainBoth(
  device: "cpu" | "wasm",
  size: number,
  steps: number,
): Promise<Pick<PageReport, "registration" | "segmentation">> {
  const options = { device, seed: 5, threads: 2 } as const;
  const registration: number[] = [];
  const registrar = await compileTrainer(registrationStep(size), options);
  for (let step = 0; step < steps; step++) {
    registration.push((await registrar.run(registrationExample(size, step))).loss);
  }
  await registrar.dispose();
  const segmentation: number[] = [];
  const segmenter = await compileTrainer(segmentationStep(size), options);
  for (let step = 0; step < steps; step++) {
    segmentation.push((await segmenter.run(segmentationExample(size, step))).loss);
  }
  await segmenter.dispose();
  return { registration, segmentation };
}

/** The page's script: trains on wasm and posts what came out to `/report`. */
export async function reportFromPage(size: number, steps: number): Promise<void> {
  const isolated = globalThis.crossOriginIsolated;
  let report: PageReport = { isolated, registration: [], segmentation: [] };
  try {
    useWasmAssets(new URL("/ort/", globalThis.location.href).href);
    report = { isolated, ...(await trainBoth("wasm", size, steps)) };
  } catch (error) {
    report = { ...report, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
  await fetch("/report", { method: "POST", body: JSON.stringify(report) });
}
