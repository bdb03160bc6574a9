import { dot, line, ruleY } from "@observablehq/plot";
import { panels } from "../../report-page/charts/panels.ts";
import { FAINT, INK, plotSvg } from "../../report-page/charts/plot-svg.ts";

/** The gains of one arm over SAS by scan. */
export interface GainsByScan {
  readonly title: string;
  readonly scans: readonly { readonly id: string; readonly gain: number }[];
}

/**
 * Test scans sorted by the gain of one arm, a panel for each arm: the dots are its scans, the gray line is the arm that
 * sorts, so that every panel shows where the arm is above or below it.
 */
export function sortedGains(arms: readonly GainsByScan[], sortedBy: GainsByScan): string {
  const order = [...sortedBy.scans].sort((a, b) => a.gain - b.gain);
  const rankOf = new Map(order.map(({ id }, rank) => [id, rank + 1]));
  const { place, titles, options } = panels(arms.map(({ title }) => title));
  const dots = arms.flatMap(({ scans }, index) =>
    scans.flatMap(({ id, gain }) => {
      const rank = rankOf.get(id);
      return rank === undefined ? [] : [{ rank, gain, ...place(index) }];
    }),
  );
  const reference = arms.flatMap((_, index) =>
    order.map(({ gain }, rank) => ({ rank: rank + 1, gain, panel: index, ...place(index) })),
  );
  const at = { x: "rank", y: "gain", fx: "fx", fy: "fy" };
  return plotSvg(
    `Gain in Dice over SAS of every test scan, sorted by the gain of ${sortedBy.title}, a panel for each arm.`,
    {
      ...options,
      x: {
        ...{ label: `test scans, sorted by the gain of ${sortedBy.title}`, labelAnchor: "center", labelArrow: "none" },
        ...{
          domain: [0.5, order.length + 0.5],
          ticks: 4,
          tickFormat: (rank: number) => (Number.isInteger(rank) ? String(rank) : ""),
        },
      },
      y: {
        label: "gain in mean Dice over SAS",
        labelAnchor: "center",
        labelArrow: "none",
        grid: true,
        ticks: 4,
        nice: true,
      },
      marks: [
        ruleY([0], { stroke: INK, strokeDasharray: "4 3" }),
        line(reference, { ...at, z: "panel", stroke: FAINT, strokeWidth: 2 }),
        dot(dots, { ...at, r: order.length > 30 ? 1.8 : 2.8, fill: "#0072b2" }),
        titles,
      ],
    },
  );
}
