import { axisFy, boxX, dodgeY, dot, ruleX, text } from "@observablehq/plot";
import { signed } from "../numbers.ts";
import { CHART_WIDTH, INK, plotSvg, textWidth } from "./plot-svg.ts";

/** The gains of one arm over another, one for each test case. */
export interface ArmGains {
  readonly title: string;
  readonly mean: number;
  readonly gains: readonly number[];
}

const ROW = 38;

/**
 * Box plot of gains over one arm: median, quartiles and whiskers to the farthest case within 1.5 quartile ranges, every
 * case as a dot, the mean as a number. Arms are named at their rows, so nothing rests on color.
 */
export function gainBoxes(
  arms: readonly ArmGains[],
  { description, label }: { readonly description: string; readonly label: string },
): string {
  const scans = arms.flatMap(({ title, gains }) => gains.map((gain) => ({ title, gain })));
  const longest = Math.max(...arms.map(({ title }) => textWidth(title)));
  const most = Math.max(...arms.map(({ gains }) => gains.length));
  const marginLeft = Math.min(longest + 16, CHART_WIDTH * 0.4);
  return plotSvg(description, {
    ...{ marginLeft, marginRight: 64, marginTop: 22, marginBottom: 44 },
    height: arms.length * ROW + 66,
    x: {
      label,
      labelAnchor: "center",
      labelArrow: "none",
      grid: true,
      nice: true,
    },
    y: { axis: null },
    fy: { domain: arms.map(({ title }) => title), label: null, padding: 0.12 },
    marks: [
      axisFy({ anchor: "left", label: null, lineWidth: marginLeft / 12 - 1.5, tickSize: 0 }),
      boxX(scans, {
        x: "gain",
        fy: "title",
        r: 0,
        fill: "#e4e4e4",
        stroke: INK,
        strokeWidth: 1.2,
        insetTop: 3,
        insetBottom: 3,
      }),
      dot(
        scans,
        dodgeY(
          { anchor: "middle", padding: 0.2 },
          {
            x: "gain",
            fy: "title",
            r: most > 60 ? 1.4 : most > 25 ? 2 : 3,
            fill: "#0072b2",
            stroke: "white",
            strokeWidth: 0.5,
          },
        ),
      ),
      ruleX([0], { stroke: INK, strokeWidth: 1.5, strokeDasharray: "4 3" }),
      text(arms, {
        fy: "title",
        frameAnchor: "right",
        textAnchor: "start",
        dx: 8,
        text: ({ mean }: ArmGains) => signed(mean),
        fill: INK,
      }),
      text(arms.slice(0, 1), {
        fy: "title",
        frameAnchor: "top-right",
        textAnchor: "start",
        dx: 8,
        dy: -12,
        text: () => "mean",
        fill: "#555",
      }),
    ],
  });
}
