import { describe, expect, it } from "vitest";
import { runCase, worstRatio } from "../conformance/run-case.ts";
import { offerSoftwareAdapter } from "../conformance/software-adapter.ts";
import { OPS } from "../ops/index.ts";
import { availableDevices } from "./devices.ts";

const offered = offerSoftwareAdapter();
const webgpu = (await availableDevices()).find(({ device }) => device === "webgpu");
if (webgpu?.available !== true) console.log(`skipped, no WebGPU adapter (${offered}): ${webgpu?.reason}`);

/** WGSL promises no more of cos; the engine needs it for schedules only. */
const COSINE_ERROR = 2 ** -11;

describe.skipIf(webgpu?.available !== true)("webgpu", () => {
  for (const [op, { cases }] of Object.entries(OPS)) {
    // Software adapters are slow: of the one long list (conv, each setting with and without bias) the half with bias.
    const fewer = cases.filter((_, index) => cases.length <= 20 || index % 2 === 0);
    for (const [index, opCase] of fewer.entries()) {
      it(`${op} agrees with its twin and has no node on the CPU: ${opCase.name}`, async () => {
        // Every case runs forward, every third one backward too.
        const how = { device: "webgpu", forbidCpuFallback: true, differentiate: index % 3 === 0 } as const;
        const comparisons = await runCase(op, opCase, how);
        for (const comparison of comparisons) {
          const worst = worstRatio(comparison, 1e-4, op === "cos" ? COSINE_ERROR : 2e-5);
          expect(worst, `${comparison.what}: error over tolerance`).toBeLessThan(1);
        }
      });
    }
  }
});
