import { formatShape } from "@voxelsmith/engine";
import type { LoadLine, LoadReport } from "./load-report.ts";

const KINDS = ["matched", "reshaped", "fresh", "dropped"] as const;
const MEANINGS = {
  matched: "taken as they are",
  reshaped: "taken and changed",
  fresh: "not in the file, start anew",
  dropped: "in the file, not used",
} as const;
/** PyTorch counts the batches that each normalization has seen; nothing here needs it. */
const COUNTER = /(^|\.)num_batches_tracked$/;

/**
 * A load report as text: how many of each kind, then every name that was not simply taken. Counters of batches are
 * told in one line. `limit` lines of each kind at most; the rest is counted.
 */
export function describeLoad(report: LoadReport, limit: number = Number.POSITIVE_INFINITY): string {
  const lines = KINDS.map((kind) => `${kind.padEnd(9)} ${String(report[kind].length).padStart(5)}  ${MEANINGS[kind]}`);
  for (const kind of KINDS.slice(1)) {
    const telling = report[kind].filter(({ name }) => !COUNTER.test(name));
    if (telling.length > 0) lines.push("", ...table(kind, telling.slice(0, limit)));
    if (telling.length > limit) lines.push(`  and ${telling.length - limit} more`);
    const counters = report[kind].length - telling.length;
    if (counters > 0) lines.push(`  ${counters} counters of batches (num_batches_tracked), which nothing needs`);
  }
  return `${lines.join("\n")}\n`;
}

function table(kind: string, lines: readonly LoadLine[]): readonly string[] {
  const cells = lines.map(({ name, shape, note = "" }) => [name, formatShape(shape), note]);
  const widths = [0, 1].map((column) => Math.max(...cells.map((row) => row[column].length)));
  return [
    `${kind}:`,
    ...cells.map(([name, shape, note]) => `  ${name.padEnd(widths[0])}  ${shape.padEnd(widths[1])}  ${note}`.trimEnd()),
  ];
}
