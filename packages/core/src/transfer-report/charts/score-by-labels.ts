import { axisX, dot, line, ruleX } from "@observablehq/plot";
import { armLegend, armMark } from "../../report-page/charts/arm-marks.ts";
import { CHART_WIDTH, plotSvg } from "../../report-page/charts/plot-svg.ts";

/** One arm of the chart: its scores with some numbers of labeled cases. */
export interface ScoreCurve {
  readonly title: string;
  readonly points: readonly {
    readonly labeled: number;
    readonly score: number;
    /** 95 % interval; equal to the score where there is none. */
    readonly low: number;
    readonly high: number;
  }[];
}

const MARGINS = { marginLeft: 62, marginRight: 22 };
const WIDTH = CHART_WIDTH - MARGINS.marginLeft - MARGINS.marginRight;
/** Arms stand so many pixels apart, so that their intervals do not hide one another. */
const APART = 7;

/**
 * Score with its interval against the number of labeled cases (log axis), a line and a symbol for each arm.
 * @param curves at most `MOST_MARKED`; an arm without points keeps its mark and stands in no legend
 */
export function scoreByLabels(curves: readonly ScoreCurve[], label: string, last: number | null): string {
  const counts = [...new Set(curves.flatMap(({ points }) => points.map(({ labeled }) => labeled)))].sort(
    (a, b) => a - b,
  );
  const reach = Math.max(counts[counts.length - 1] / counts[0], 2);
  const margin = (APART * curves.length) / 2 / WIDTH + 0.03;
  const domain = [counts[0] / reach ** margin, counts[counts.length - 1] * reach ** margin];
  const shift = (arm: number): number => (domain[1] / domain[0]) ** ((APART * (arm - (curves.length - 1) / 2)) / WIDTH);
  const legend = armLegend(
    curves.map(({ title }) => title),
    MARGINS.marginLeft,
  );
  return plotSvg(`${label} against the number of labeled cases, a line for each arm.`, {
    ...{ height: 330 + legend.height, ...MARGINS, marginTop: legend.height + 10, marginBottom: 46 },
    x: { type: "log", domain },
    y: { label, labelAnchor: "center", labelArrow: "none", grid: true, nice: true, ticks: 6, inset: 8 },
    marks: [
      axisX(counts, {
        label: "labeled cases (log axis)",
        labelAnchor: "center",
        labelArrow: "none",
        text: (count: number) => (count === last ? `all ${count}` : String(count)),
      }),
      ...curves.flatMap(({ points }, arm) => {
        const { color, symbol } = armMark(arm);
        const at = points.map((point) => ({ ...point, labeled: point.labeled * shift(arm) }));
        return [
          line(at, { x: "labeled", y: "score", stroke: color, strokeWidth: 1.6 }),
          ruleX(at, { x: "labeled", y1: "low", y2: "high", stroke: color, strokeWidth: 1.5 }),
          dot(at, { x: "labeled", y: "score", fill: color, symbol, r: 4.5, stroke: "white", strokeWidth: 0.6 }),
        ];
      }),
      ...legend.marks,
    ],
  });
}
