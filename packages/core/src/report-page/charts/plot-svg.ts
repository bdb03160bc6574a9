import { type PlotOptions, plot } from "@observablehq/plot";
// The flavor of linkedom that needs nothing of Node, so that charts are drawn in pages as well, to the same bytes.
import { parseHTML } from "linkedom/worker";
import { escaped } from "../html.ts";

const SVG = "http://www.w3.org/2000/svg";

/** Width of every chart in CSS pixels: as wide as a column of text, and as a printed page. */
export const CHART_WIDTH = 700;

/** Size of all lettering in a chart, in CSS pixels. */
export const LETTERING = 12;

/** Black, and grays for what stands behind. */
export const INK = "#1a1a1a";
export const FAINT = "#b8b8b8";

/**
 * Draws a plot to the text of one SVG element, without a browser. Letters come from the reader's own sans-serif font,
 * so widths are estimated (`textWidth`), not measured.
 * @param description what a reader who cannot see the chart is told
 */
export function plotSvg(description: string, options: PlotOptions): string {
  const { document } = parseHTML("<!doctype html><html><body></body></html>");
  const svg = plot({
    width: CHART_WIDTH,
    className: "chart",
    style: { fontSize: `${LETTERING}px`, fontFamily: "system-ui, sans-serif", color: INK, background: "white" },
    ...options,
    // linkedom's document has what Plot uses of one; its types do not claim to be the browser's.
    document: document as unknown as Document,
  });
  // Hundredths of a pixel are enough; all digits would double the size of the page.
  const drawn = svg.outerHTML.replace(/ (?:d|transform|x|y|[xy][12]|c[xy]|width|height)="[^"]*"/g, (attribute) =>
    attribute.replace(/(\.\d\d)\d+/g, "$1"),
  );
  // linkedom leaves `<` and `&` in attributes as they are, so the description is put in here.
  return drawn.replace("<svg", () => `<svg xmlns="${SVG}" role="img" aria-label="${escaped(description)}"`);
}

/** About how wide a text is in CSS pixels; on the safe side for fonts as wide as DejaVu Sans. */
export function textWidth(text: string, size: number = LETTERING): number {
  return text.length * size * 0.6;
}
