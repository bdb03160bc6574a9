import { type Markish, type PlotOptions, text } from "@observablehq/plot";
import { INK, LETTERING, textWidth } from "./plot-svg.ts";

const COLUMNS = 3;
/** Width of one panel's frame. */
const PANEL_WIDTH = 180;
const PANEL_HEIGHT = 100;
const LINE = 15;

/** Where a panel stands. */
export interface PanelPlace {
  readonly fx: number;
  readonly fy: number;
}

/** Small charts of one kind side by side, each with its name above: no legend to look up, and nothing overlaps. */
export interface Panels {
  readonly place: (index: number) => PanelPlace;
  readonly titles: Markish;
  readonly options: PlotOptions;
}

/** Lays panels out three in a row. Long names are broken into lines, and the rows stand apart for the longest. */
export function panels(names: readonly string[]): Panels {
  const columns = Math.min(COLUMNS, names.length);
  const rows = Math.ceil(names.length / columns);
  const place = (index: number): PanelPlace => ({ fx: index % columns, fy: Math.floor(index / columns) });
  const lines = Math.max(1, ...names.map((name) => Math.ceil(textWidth(name, LETTERING * 1.15) / PANEL_WIDTH)));
  const above = lines * LINE + 16;
  const step = PANEL_HEIGHT + above;
  const padding = above / step;
  return {
    place,
    titles: text(
      names.map((name, index) => ({ name, ...place(index) })),
      {
        ...{ fx: "fx", fy: "fy", text: "name", fill: INK, fontWeight: "bold", frameAnchor: "top-left" },
        ...{ dy: -8, lineAnchor: "bottom", lineWidth: (0.85 * PANEL_WIDTH) / LETTERING },
      },
    ),
    options: {
      ...{ marginLeft: 64, marginRight: 12, marginTop: above + 4, marginBottom: 44 },
      height: rows * step + 48,
      fx: { axis: null, paddingInner: 0.14, paddingOuter: 0 },
      fy: { axis: null, paddingInner: padding, paddingOuter: 0 },
    },
  };
}
