import type { StepEvent } from "@voxelsmith/core";
import { describe, expect, it } from "vitest";
import { barLine, createReporter, duration, stepLine } from "./progress.ts";
import type { Terminal } from "./terminal.ts";

function screen(interactive: boolean): { terminal: Terminal; out: string[]; error: string[] } {
  const out: string[] = [];
  const error: string[] = [];
  const terminal = { out: (text: string) => void out.push(text), error: (text: string) => void error.push(text) };
  return { terminal: { ...terminal, interactive, columns: 100 }, out, error };
}

function stepEvent(step: number, steps: number = 100): StepEvent {
  return { kind: "step", stage: "spatial", step, steps, loss: 0.43218, rate: 5.2, secondsLeft: (steps - step) / 5.2 };
}

describe("progress", () => {
  it("is a bar on a screen, redrawn in place, and ends its line before other words", () => {
    let now = 0;
    const { terminal, error } = screen(true);
    const reporter = createReporter(terminal, { json: false, quiet: false, now: () => now });
    reporter.emit(stepEvent(1));
    reporter.emit(stepEvent(2)); // too soon to redraw
    now += 200;
    reporter.emit(stepEvent(50));
    reporter.emit({ kind: "note", text: "validation" });
    expect(error).toHaveLength(4);
    expect(error[1]).toContain("██████████░░░░░░░░░░");
    expect(error[1].startsWith("\r\u001b[2K")).toBe(true);
    expect(error.slice(2)).toEqual(["\n", "validation\n"]);
  });

  it("is a line every five seconds in a log, and always the last step", () => {
    let now = 0;
    const { terminal, error } = screen(false);
    const reporter = createReporter(terminal, { json: false, quiet: false, now: () => now });
    for (let step = 1; step <= 100; step++) {
      reporter.emit(stepEvent(step));
      now += 200;
    }
    expect(error).toHaveLength(5); // at 0, 5, 10 and 15 s, and the end
    expect(error.at(-1)).toBe("spatial 100/100 100 % · 5.2 steps/s · loss 0.4322\n");
    expect(error.join("")).not.toContain("\r");
  });

  it("is JSON, one object a line, for programs", () => {
    const { terminal, out, error } = screen(false);
    const reporter = createReporter(terminal, { json: true, quiet: false });
    reporter.emit(stepEvent(1));
    reporter.result({ run: "r" }, "words");
    expect(out.map((line) => JSON.parse(line))).toEqual([stepEvent(1), { kind: "result", run: "r" }]);
    expect(error).toEqual([]);
  });

  it("keeps warnings and results when quiet", () => {
    const { terminal, out, error } = screen(true);
    const reporter = createReporter(terminal, { json: false, quiet: true });
    reporter.emit(stepEvent(1));
    reporter.emit({ kind: "note", text: "a note" });
    reporter.emit({ kind: "warning", text: "look" });
    reporter.result({}, "table");
    expect(error).toEqual(["warning: look\n"]);
    expect(out).toEqual(["table\n"]);
  });

  it("writes times and slow rates as people do, and never a line that wraps", () => {
    expect([duration(0.4), duration(42), duration(317), duration(7509)]).toEqual(["0 s", "42 s", "5:17", "2:05:09"]);
    expect(stepLine({ ...stepEvent(1), rate: 0.25 })).toContain("4.0 s/step");
    expect(barLine(stepEvent(50), 40)).toHaveLength(39);
  });
});
