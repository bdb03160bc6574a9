import { html, type Markup } from "./html.ts";

export interface DataTableOptions {
  readonly caption: Markup;
  /** Heads of the columns; none where the rows speak for themselves. */
  readonly head?: readonly string[];
  /** Columns whose cells are of class `text`: their heads stand to the left as well. */
  readonly textColumns?: readonly string[];
  /** Cells of each row, as `<th>` and `<td>`; the class of a row may set it off. */
  readonly rows: readonly { readonly cells: Markup; readonly className?: string }[];
  readonly className?: string;
}

/** A table with its words above it, which stay in sight where the table has to be scrolled sideways. */
export function dataTable({ caption, head = [], textColumns = [], rows, className = "" }: DataTableOptions): Markup {
  const heads = head.map(
    (text) => html`<th scope="col" class="${textColumns.includes(text) ? "text" : ""}">${text}</th>`,
  );
  const lines = rows.map((row) => html`<tr class="${row.className ?? ""}">${row.cells}</tr>\n`);
  return html`<figure class="table ${className}"><figcaption>${caption}</figcaption>
<div class="scroll"><table>${head.length === 0 ? html`` : html`<thead><tr>${heads}</tr></thead>`}
<tbody>${lines}</tbody></table></div></figure>
`;
}
