import { dataTable } from "./data-table.ts";
import { html, type Markup } from "./html.ts";

/**
 * What stands behind a report: folded on the screen. A folded part is lost in print in some browsers, so print has a
 * copy of its own that is not folded.
 */
export function folded(summary: string, content: Markup): Markup {
  return html`<details class="screen-only"><summary>${summary}</summary>${content}</details>
<div class="print-only">${content}</div>`;
}

/** Names and values; what is no text is shown as JSON. */
export function pairs(title: string, values: Readonly<Record<string, unknown>>): Markup {
  const rows = Object.entries(values).map(([name, value]) => ({
    cells: html`<th scope="row">${name}</th><td class="text">${typeof value === "string" ? value : (JSON.stringify(value) ?? "")}</td>`,
  }));
  return dataTable({ caption: html`${title}.`, rows, className: "record" });
}
