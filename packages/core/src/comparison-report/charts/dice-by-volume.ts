import { dot, link, ruleY, text } from "@observablehq/plot";
import { armLegend, armMark } from "./arm-marks.ts";
import { CHART_WIDTH, FAINT, INK, LETTERING, plotSvg, textWidth } from "./plot-svg.ts";

/** One structure, left and right together where there are both. */
export interface StructureDice {
  readonly name: string;
  readonly volumeMm3: number;
  /** Mean Dice, in the order of the chart's arms; null where it is not defined. */
  readonly dice: readonly (number | null)[];
}

/** Distance of two names at least. */
const LINE = 15;
/** Length of the lines that lead to the names. */
const LEADER = 28;
const MARGIN_LEFT = 64;
const MARGIN_BOTTOM = 46;

/**
 * Dice of every structure against its volume (log axis, large ones above), a symbol for each arm. Names stand at the
 * right in the order of volumes, apart from one another, each led to the height of its volume.
 * @param titles at most `MOST_MARKED` arms
 */
export function diceByVolume(titles: readonly string[], structures: readonly StructureDice[]): string {
  const legend = armLegend(titles, MARGIN_LEFT);
  const frame = Math.max(160, (structures.length + 1) * LINE * 1.25);
  const marginTop = legend.height + 8;
  const marginRight = Math.min(CHART_WIDTH * 0.45, 12 + Math.max(...structures.map(({ name }) => textWidth(name))));
  const volumes = structures.map(({ volumeMm3 }) => volumeMm3);
  const domain = [Math.min(...volumes) / 1.4, Math.max(...volumes) * 1.4];
  const heightOf = (volume: number): number => (frame * Math.log(domain[1] / volume)) / Math.log(domain[1] / domain[0]);
  const volumeAt = (height: number): number => domain[1] * (domain[0] / domain[1]) ** (height / frame);
  const sorted = [...structures].sort((a, b) => b.volumeMm3 - a.volumeMm3);
  const places = spreadOut(
    sorted.map(({ volumeMm3 }) => heightOf(volumeMm3)),
    LINE,
    frame,
  );
  const names = sorted.map(({ name, volumeMm3 }, index) => ({ name, volumeMm3, at: volumeAt(places[index]) }));
  const dots = structures.flatMap(({ name, volumeMm3, dice }) =>
    dice.flatMap((value, arm) => (value === null ? [] : [{ name, volumeMm3, value, arm }])),
  );
  const low = Math.floor(Math.min(...dots.map(({ value }) => value)) * 20 - 0.2) / 20;
  // Dice 1 ends short of the frame; the lines that lead to the names run through the rest.
  const beside = 1 + ((1 - low) * LEADER) / (CHART_WIDTH - MARGIN_LEFT - marginRight - LEADER);
  return plotSvg("Dice of every structure against its volume, a symbol for each arm.", {
    ...{ marginLeft: MARGIN_LEFT, marginRight, marginTop, marginBottom: MARGIN_BOTTOM },
    height: frame + marginTop + MARGIN_BOTTOM,
    x: {
      label: "mean Dice",
      labelAnchor: "center",
      labelArrow: "none",
      grid: true,
      domain: [low, 1],
      insetRight: LEADER,
    },
    y: {
      type: "log",
      domain,
      label: "mean volume in mm³ (log axis)",
      labelAnchor: "center",
      labelArrow: "none",
      tickFormat: "~s",
      ticks: 5,
    },
    marks: [
      ruleY(structures, { y: "volumeMm3", x1: low, x2: 1, stroke: "#e4e4e4" }),
      link(names, { x1: 1, x2: beside, y1: "volumeMm3", y2: "at", stroke: FAINT }),
      ...titles.map((_, arm) => {
        const { color, symbol } = armMark(arm);
        const own = dots.filter((one) => one.arm === arm);
        return dot(own, { x: "value", y: "volumeMm3", fill: color, symbol, r: 4.2, stroke: "white", strokeWidth: 0.6 });
      }),
      text(names, { x: beside, y: "at", text: "name", textAnchor: "start", dx: 4, fill: INK, fontSize: LETTERING }),
      ...legend.marks,
    ],
  });
}

/** Moves rising places apart until each is `least` below the one before, and all within `room`. */
export function spreadOut(places: readonly number[], least: number, room: number): number[] {
  const apart = [...places];
  for (let index = 0; index < apart.length; index++) {
    apart[index] = Math.max(apart[index], index === 0 ? least / 2 : apart[index - 1] + least);
  }
  for (let index = apart.length - 1; index >= 0; index--) {
    const below = index === apart.length - 1 ? room - least / 2 : apart[index + 1] - least;
    apart[index] = Math.min(apart[index], below);
  }
  return apart;
}
