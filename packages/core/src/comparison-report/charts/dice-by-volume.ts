import { dot, link, ruleY, text } from "@observablehq/plot";
import { armLegend, armMark } from "../../report-page/charts/arm-marks.ts";
import { logTicks, shortNumber } from "../../report-page/charts/log-ticks.ts";
import { CHART_WIDTH, FAINT, INK, LETTERING, plotSvg, textWidth } from "../../report-page/charts/plot-svg.ts";

/** One structure, left and right together where there are both. */
export interface StructureDice {
  readonly name: string;
  readonly volumeMm3: number;
  /** Mean Dice, in the order of the chart's arms; null where it is not defined. */
  readonly dice: readonly (number | null)[];
}

/** Distance of two rows at least. */
const LINE = 16;
/** Width of the part where lines lead from the axis to the rows. */
const LEADER = 28;
const MARGIN_LEFT = 64;
const MARGIN_BOTTOM = 46;

/**
 * Dice of every structure against its volume (log axis, large ones above), a symbol for each arm. Structures of
 * nearly one volume would lie on one another, so each has a row of its own, and a line leads to it from its volume.
 * @param titles at most `MOST_MARKED` arms
 */
export function diceByVolume(titles: readonly string[], structures: readonly StructureDice[]): string {
  const legend = armLegend(titles, MARGIN_LEFT);
  const frame = Math.max(200, (structures.length + 1) * LINE * 1.15);
  const marginTop = legend.height + 8;
  const marginRight = Math.min(CHART_WIDTH * 0.45, 16 + Math.max(...structures.map(({ name }) => textWidth(name))));
  const volumes = structures.map(({ volumeMm3 }) => volumeMm3);
  const domain = volumeDomain(volumes);
  const heightOf = (volume: number): number => (frame * Math.log(domain[1] / volume)) / Math.log(domain[1] / domain[0]);
  const volumeAt = (height: number): number => domain[1] * (domain[0] / domain[1]) ** (height / frame);
  const sorted = [...structures].sort((a, b) => b.volumeMm3 - a.volumeMm3);
  const places = spreadOut(
    sorted.map(({ volumeMm3 }) => heightOf(volumeMm3)),
    LINE,
    frame,
  );
  const rows = sorted.map((structure, index) => ({ ...structure, at: volumeAt(places[index]) }));
  const dots = rows.flatMap(({ at, dice }) =>
    dice.flatMap((value, arm) => (value === null ? [] : [{ at, value, arm }])),
  );
  const low = Math.floor(Math.min(...dots.map(({ value }) => value)) * 20 - 0.2) / 20;
  // The frame begins left of the lowest Dice; the lines that lead from the volumes to the rows run through that part.
  const axis = low - ((1 - low) * LEADER) / (CHART_WIDTH - MARGIN_LEFT - marginRight - LEADER);
  return plotSvg("Dice of every structure against its volume, a symbol for each arm.", {
    ...{ marginLeft: MARGIN_LEFT, marginRight, marginTop, marginBottom: MARGIN_BOTTOM },
    height: frame + marginTop + MARGIN_BOTTOM,
    x: {
      label: "mean Dice",
      labelAnchor: "center",
      labelArrow: "none",
      grid: true,
      domain: [low, 1],
      insetLeft: LEADER,
    },
    y: {
      type: "log",
      domain,
      label: "mean volume in mm³ (log axis)",
      labelAnchor: "center",
      labelArrow: "none",
      tickFormat: shortNumber,
      ticks: logTicks(domain[0], domain[1]) ?? 4,
    },
    marks: [
      ruleY(rows, { y: "at", x1: low, x2: 1, stroke: "#dcdcdc" }),
      link(rows, { x1: axis, x2: low, y1: "volumeMm3", y2: "at", stroke: FAINT }),
      ...titles.map((_, arm) => {
        const { color, symbol } = armMark(arm);
        const own = dots.filter((one) => one.arm === arm);
        return dot(own, { x: "value", y: "at", fill: color, symbol, r: 4.2, stroke: "white", strokeWidth: 0.6 });
      }),
      text(rows, { x: 1, y: "at", text: "name", textAnchor: "start", dx: 8, fill: INK, fontSize: LETTERING }),
      ...legend.marks,
    ],
  });
}

/** A little more than the volumes, and a decade at least, so that the axis has ticks to read. */
function volumeDomain(volumes: readonly number[]): [low: number, high: number] {
  const [low, high] = [Math.min(...volumes) / 1.4, Math.max(...volumes) * 1.4];
  const widen = Math.max(1, Math.sqrt((10 * low) / high));
  return [low / widen, high * widen];
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
