import { axisX, dot, line, ruleX, ruleY, text } from "@observablehq/plot";
import { CHART_WIDTH, INK, plotSvg } from "../../report-page/charts/plot-svg.ts";

/** Mean Dice of the method with some number of labeled scans. */
export interface LabeledScansPoint {
  readonly labeledScans: number;
  readonly title: string;
  readonly mean: number;
  /** 95 % interval over test scans. */
  readonly low: number;
  readonly high: number;
}

const MARGINS = { marginLeft: 58, marginRight: 30 };
const WIDTH = CHART_WIDTH - MARGINS.marginLeft - MARGINS.marginRight;
/** Points nearer than this share their room; names of points farther apart stand at heights of their own. */
const NAME_WIDTH = 56;

/**
 * The curve between one labeled scan and all: Dice with its interval against the number of labeled scans (log axis),
 * each point named, SAS as the dashed line below.
 */
export function labeledScansCurve(points: readonly LabeledScansPoint[], sas: number | null): string {
  const sorted = [...points].sort((a, b) => a.labeledScans - b.labeledScans);
  const counts = [...new Set(sorted.map(({ labeledScans }) => labeledScans))];
  const [first, last] = [counts[0], counts[counts.length - 1]];
  const reach = Math.max(last / first, 2);
  const domain = [first / reach ** 0.1, last * reach ** 0.08];
  const xOf = (count: number): number => (WIDTH * Math.log(count / domain[0])) / Math.log(domain[1] / domain[0]);
  // A name stands above its point, or below it where the point before is too close for both.
  const isBelow = sorted.map(({ labeledScans }, index) => {
    const before = sorted[index - 1]?.labeledScans;
    return before !== undefined && xOf(labeledScans) - xOf(before) < NAME_WIDTH;
  });
  const named = { x: "labeledScans", text: nameAndMean, lineHeight: 1.2, fill: INK };
  return plotSvg("Mean Dice against the number of labeled scans.", {
    ...{ height: 340, ...MARGINS, marginTop: 24, marginBottom: 48 },
    x: { type: "log", domain },
    y: { label: "mean Dice", labelAnchor: "center", labelArrow: "none", grid: true, nice: true, ticks: 5, inset: 14 },
    marks: [
      axisX(counts, {
        label: "labeled scans (log axis)",
        labelAnchor: "center",
        labelArrow: "none",
        text: String,
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
      text(
        sorted.filter((_, index) => !isBelow[index]),
        { ...named, y: "high", dy: -8, lineAnchor: "bottom" },
      ),
      text(
        sorted.filter((_, index) => isBelow[index]),
        { ...named, y: "low", dy: 8, lineAnchor: "top" },
      ),
    ],
  });
}

function nameAndMean({ title, mean }: LabeledScansPoint): string {
  return `${title}\n${mean.toFixed(3)}`;
}
