import { dot, type Markish, text } from "@observablehq/plot";
import { CHART_WIDTH, INK, textWidth } from "./plot-svg.ts";

/** How one of several arms is drawn in one chart. */
export interface ArmMark {
  readonly color: string;
  readonly symbol: "circle" | "triangle" | "square" | "diamond" | "star" | "cross" | "wye";
}

/** Okabe and Ito's colors without yellow, which is too faint on white; each with a symbol of its own for gray print. */
const MARKS: readonly ArmMark[] = [
  { color: INK, symbol: "circle" },
  { color: "#e69f00", symbol: "triangle" },
  { color: "#56b4e9", symbol: "square" },
  { color: "#0072b2", symbol: "diamond" },
  { color: "#d55e00", symbol: "star" },
  { color: "#009e73", symbol: "cross" },
  { color: "#cc79a7", symbol: "wye" },
];

/** As many arms as one chart can tell apart. */
export const MOST_MARKED = MARKS.length;

/** The mark of the arm at a place in a chart's list, `index` below `MOST_MARKED`. */
export function armMark(index: number): ArmMark {
  return MARKS[index % MARKS.length];
}

const ROW = 20;
const SYMBOL = 14;
const GAP = 16;

/** Marks that name the arms above a chart, in as many rows as they need, and how much room they take. */
export function armLegend(titles: readonly string[], marginLeft: number): { marks: Markish[]; height: number } {
  let [x, row] = [0, 0];
  const places = titles.map((title) => {
    const width = SYMBOL + textWidth(title) + GAP;
    if (x > 0 && x + width - GAP > CHART_WIDTH) [x, row] = [0, row + 1];
    const place = { title, x, row };
    x += width;
    return place;
  });
  const height = (row + 1) * ROW;
  const marks = places.flatMap((place, index): Markish[] => {
    const at = { frameAnchor: "top-left", dy: place.row * ROW - height } as const;
    const { color, symbol } = armMark(index);
    return [
      dot([place.title], { ...at, dx: place.x + 5 - marginLeft, fill: color, symbol, r: 4.5 }),
      text([place.title], {
        ...at,
        dx: place.x + SYMBOL - marginLeft,
        text: (title: string) => title,
        fill: INK,
        lineAnchor: "middle",
      }),
    ];
  });
  return { marks, height: height + 12 };
}
