import { html, type Markup, trusted } from "./html.ts";
import { PAGE_STYLE } from "./page-style.ts";

/** What a report is, but for its sections. */
export interface PageOptions {
  readonly voxelsmith: string;
  readonly title: string;
  /** One line below the title: of what the report is. */
  readonly data: string;
  readonly body: Markup;
}

/** A report as ONE HTML file: the style is inside, nothing is loaded and nothing runs. */
export function reportPage({ voxelsmith, title, data, body }: PageOptions): string {
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="voxelsmith ${voxelsmith}">
<title>${title}</title>
<style>${trusted(PAGE_STYLE)}</style>
</head>
<body>
<main>
<h1>${title}</h1>
<p class="data">${data}</p>
${body}
</main>
</body>
</html>
`;
  return page.markup;
}

/** Notes that a reader needs to read the numbers right; nothing where there are none. */
export function notesList(notes: readonly string[]): Markup {
  return notes.length === 0 ? html`` : html`<h3>Notes</h3><ul>${notes.map((note) => html`<li>${note}</li>`)}</ul>`;
}
