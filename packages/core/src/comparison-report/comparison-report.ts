import type { ComparisonPictures, ComparisonResults } from "../compare/results.ts";
import type { ComparisonStatistics } from "./comparison-statistics.ts";
import { html, type Markup, NOTHING, trusted } from "./html.ts";
import { PAGE_STYLE } from "./page-style.ts";
import { armTables } from "./sections/arm-tables.ts";
import { charts } from "./sections/charts.ts";
import { labelTable } from "./sections/label-table.ts";
import { methods } from "./sections/methods.ts";
import { pictures } from "./sections/pictures.ts";
import { publishedTable } from "./sections/published-table.ts";
import { references } from "./sections/references.ts";
import { runRecord } from "./sections/run-record.ts";
import { counted, summary } from "./sections/summary.ts";

/**
 * The report of a comparison as ONE HTML file: style, charts and pictures are inside, nothing is loaded and nothing
 * runs. Whatever comes from the results is escaped. Arms, labels and pictures that are missing leave a note.
 * @param statistics `comparisonStatistics` of the same results
 */
export function comparisonReport(
  results: ComparisonResults,
  shown: ComparisonPictures,
  statistics: ComparisonStatistics,
): string {
  const { name, scans } = results.dataset;
  const title = `Segmentation from one labeled scan: ${name}`;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="voxelsmith ${results.voxelsmith}">
<title>${title}</title>
<style>${trusted(PAGE_STYLE)}</style>
</head>
<body>
<main>
<h1>${title}</h1>
<p class="data">${counted(results.arms.length, "arm")} side by side on ${counted(scans.test, "test scan")}, ${counted(statistics.labels.length, "label")}; atlas ${results.atlas.id}; voxelsmith ${results.voxelsmith}.</p>
${summary(results, statistics)}
<h2>All arms</h2>
${armTables(statistics)}
${notes(results, statistics)}
<h2>Charts</h2>
${charts(statistics)}
${labelTable(statistics)}
${pictures(shown, results.arms)}
<h2>Beside the published table</h2>
${publishedTable(statistics)}
${methods(results, statistics)}
${references(name)}
${runRecord(results)}
</main>
</body>
</html>
`;
  return page.markup;
}

function notes({ notes: own }: ComparisonResults, statistics: ComparisonStatistics): Markup {
  const all = [...own, ...statistics.notes];
  if (all.length === 0) return NOTHING;
  return html`<h3>Notes</h3><ul>${all.map((note) => html`<li>${note}</li>`)}</ul>`;
}
