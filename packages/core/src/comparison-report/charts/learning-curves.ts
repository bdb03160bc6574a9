import { line } from "@observablehq/plot";
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
              curve.map(({ step, value }) => ({ step, value, curve: `${panel}/${arm}/${seed}`, ...place(panel) })),
            )
          : [],
      ),
    );
  const at = { x: "step", y: "value", z: "curve", fx: "fx", fy: "fy" };
  return plotSvg(`${label} against the training step, a panel for each arm.`, {
    ...options,
    x: { label: "training step", labelAnchor: "center", labelArrow: "none", ticks: 3, tickFormat: "~s", nice: true },
    y: {
      ...{ label, labelAnchor: "center", labelArrow: "none", grid: true, ticks: 4 },
      ...(logarithmic ? { type: "log", tickFormat: "~g" } : { nice: true }),
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
