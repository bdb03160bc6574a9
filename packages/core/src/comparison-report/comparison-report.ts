import type { ComparisonPictures, ComparisonResults } from "../compare/results.ts";
import { html } from "../report-page/html.ts";
import { counted } from "../report-page/numbers.ts";
import { notesList, reportPage } from "../report-page/page.ts";
import type { ComparisonStatistics } from "./comparison-statistics.ts";
import { armTables } from "./sections/arm-tables.ts";
import { charts } from "./sections/charts.ts";
import { labelTable } from "./sections/label-table.ts";
import { methods } from "./sections/methods.ts";
import { pictures } from "./sections/pictures.ts";
import { publishedTable } from "./sections/published-table.ts";
import { references } from "./sections/references.ts";
import { runRecord } from "./sections/run-record.ts";
import { summary } from "./sections/summary.ts";

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
  return reportPage({
    voxelsmith: results.voxelsmith,
    title,
    data: `${counted(results.arms.length, "arm")} side by side on ${counted(scans.test, "test scan")}, ${counted(statistics.labels.length, "label")}; atlas ${results.atlas.id}; voxelsmith ${results.voxelsmith}.`,
    body: html`${summary(results, statistics)}
<h2>All arms</h2>
${armTables(statistics)}
${notesList([...results.notes, ...statistics.notes])}
<h2>Charts</h2>
${charts(statistics)}
${labelTable(statistics)}
${pictures(shown, results.arms)}
<h2>Beside the published table</h2>
${publishedTable(statistics)}
${methods(results, statistics)}
${references(name)}
${runRecord(results)}`,
  });
}
