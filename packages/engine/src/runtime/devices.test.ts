import { describe, expect, it } from "vitest";
import { availableDevices } from "./devices.ts";

describe("availableDevices", () => {
  it("finds the CPU, and says why not for what it does not find", async () => {
    const reports = await availableDevices();
    expect(reports.map(({ device }) => device)).toEqual(["cpu", "webgpu", "wasm"]);
    expect(reports[0]).toEqual({ device: "cpu", available: true });
    for (const { available, reason } of reports) expect(available || (reason ?? "").length > 10).toBe(true);
    expect(reports[2].available).toBe(false); // wasm is the page's
  });
});
