import { axisX, dot, line, ruleX, ruleY, text } from "@observablehq/plot";
import { INK, plotSvg } from "./plot-svg.ts";

/** Mean Dice of the method with some number of labeled scans. */
export interface LabeledScansPoint {
  readonly labeledScans: number;
  readonly title: string;
  readonly mean: number;
  /** 95 % interval over test scans. */
  readonly low: number;
  readonly high: number;
}

/**
 * The curve between one labeled scan and all: Dice with its interval against the number of labeled scans (log axis),
 * each point named, SAS as the dashed line below.
 */
export function labeledScansCurve(points: readonly LabeledScansPoint[], sas: number | null): string {
  const sorted = [...points].sort((a, b) => a.labeledScans - b.labeledScans);
  const counts = [...new Set(sorted.map(({ labeledScans }) => labeledScans))];
  const [first, last] = [counts[0], counts[counts.length - 1]];
  return plotSvg("Mean Dice against the number of labeled scans.", {
    ...{ height: 340, marginLeft: 58, marginRight: 30, marginTop: 24, marginBottom: 48 },
    x: { type: "log", domain: [first / 1.35, Math.max(last, first + 1) * 1.35] },
    y: { label: "mean Dice", labelAnchor: "center", labelArrow: "none", grid: true, nice: true, ticks: 5, inset: 14 },
    marks: [
      axisX(counts, {
        label: "labeled scans (log axis)",
        labelAnchor: "center",
        labelArrow: "none",
        tickFormat: String,
      }),
      ...(sas === null
        ? []
        : [
            ruleY([sas], { stroke: INK, strokeDasharray: "5 4" }),
            text([sas], {
              y: (dice: number) => dice,
              frameAnchor: "right",
              text: () => "SAS (one labeled scan)",
              dx: -4,
              dy: -9,
              fill: INK,
            }),
          ]),
      line(
        sorted.filter(({ title }) => title !== "supervised"),
        { x: "labeledScans", y: "mean", stroke: "#0072b2", strokeWidth: 1.8 },
      ),
      ruleX(sorted, { x: "labeledScans", y1: "low", y2: "high", stroke: INK, strokeWidth: 1.5 }),
      dot(sorted, { x: "labeledScans", y: "mean", r: 4.5, fill: "#0072b2", stroke: "white" }),
      text(sorted, {
        x: "labeledScans",
        y: "high",
        text: ({ title, mean }: LabeledScansPoint) => `${title}\n${mean.toFixed(3)}`,
        dy: -8,
        lineAnchor: "bottom",
        fill: INK,
      }),
    ],
  });
}
