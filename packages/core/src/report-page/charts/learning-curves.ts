import { line } from "@observablehq/plot";
import { logTicks, shortNumber } from "./log-ticks.ts";
import { panels } from "./panels.ts";
import { FAINT, plotSvg } from "./plot-svg.ts";

/** One value against the step, a curve for each seed of an arm. */
export interface ArmCurves {
  readonly title: string;
  readonly seeds: readonly (readonly { readonly step: number; readonly value: number }[])[];
}

export interface LearningCurvesOptions {
  /** What the values are, at the vertical axis. */
  readonly label: string;
  /** Losses fall by orders of magnitude; a logarithmic axis shows their ends too. */
  readonly logarithmic: boolean;
  /** Whether the other arms stand behind each in gray: sensible only where their values can be compared. */
  readonly othersBehind: boolean;
}

/** Learning curves, a panel for each arm, a line for each seed. */
export function learningCurves(
  arms: readonly ArmCurves[],
  { label, logarithmic, othersBehind }: LearningCurvesOptions,
): string {
  const { place, titles, options } = panels(arms.map(({ title }) => title));
  const points = (shown: (panel: number, arm: number) => boolean): object[] =>
    arms.flatMap((_, panel) =>
      arms.flatMap(({ seeds }, arm) =>
        shown(panel, arm)
          ? seeds.flatMap((curve, seed) =>
              thinned(curve).map(({ step, value }) => ({
                step,
                value,
                curve: `${panel}/${arm}/${seed}`,
                ...place(panel),
              })),
            )
          : [],
      ),
    );
  const values = arms.flatMap(({ seeds }) => seeds.flat().map(({ value }) => value));
  const least = values.reduce((low, value) => Math.min(low, value), Number.POSITIVE_INFINITY);
  const most = values.reduce((high, value) => Math.max(high, value), Number.NEGATIVE_INFINITY);
  const at = { x: "step", y: "value", z: "curve", fx: "fx", fy: "fy" };
  return plotSvg(`${label} against the training step, a panel for each arm.`, {
    ...options,
    x: {
      label: "training step",
      labelAnchor: "center",
      labelArrow: "none",
      ticks: 3,
      tickFormat: shortNumber,
      nice: true,
    },
    y: {
      ...{ label, labelAnchor: "center", labelArrow: "none", grid: true, ticks: 4, tickSize: 0, inset: 3 },
      ...(logarithmic ? { type: "log", ticks: logTicks(least, most) ?? 4, tickFormat: "~g" } : { nice: true }),
    },
    marks: [
      ...(othersBehind
        ? [
            line(
              points((panel, arm) => panel !== arm),
              { ...at, stroke: FAINT, strokeWidth: 0.7 },
            ),
          ]
        : []),
      line(
        points((panel, arm) => panel === arm),
        { ...at, stroke: "#0072b2", strokeWidth: 1.8 },
      ),
      titles,
    ],
  });
}

/** At most so many points are drawn of a curve: a panel has no room for more. */
const MOST_POINTS = 200;

/** Every so-manyth point, the last one always. */
function thinned<T>(curve: readonly T[]): T[] {
  const every = Math.ceil(curve.length / MOST_POINTS);
  return curve.filter((_, index) => (curve.length - 1 - index) % every === 0);
}
