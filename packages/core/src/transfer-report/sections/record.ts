import { dataTable } from "../../report-page/data-table.ts";
import { html, type Markup } from "../../report-page/html.ts";
import { duration, NONE } from "../../report-page/numbers.ts";
import { folded, pairs } from "../../report-page/record.ts";
import type { TransferComparisonResults } from "../../transfer-comparison/results.ts";
import { seedsOf, sizeTitle } from "../chosen-runs.ts";

/** The first command, versions, seeds, run times and settings. */
export function recordSection(results: TransferComparisonResults): Markup {
  const { voxelsmith, environment, settings, command } = results;
  const record = html`${pairs("Versions and machine", { voxelsmith, ...environment })}
${runsTable(results)}
${pairs("Settings that all arms share", settings)}`;
  return html`<h2>Record</h2>
<p>The command that began this comparison: <code>${command}</code></p>
${folded("Versions, seeds, run times and settings", record)}`;
}

function runsTable({ targets, arms }: TransferComparisonResults): Markup {
  const rows = targets.flatMap(({ name, cells }) =>
    cells.map((cell) => ({
      cells: html`<th scope="row">${name}</th><td class="text">${arms.find((arm) => arm.name === cell.arm)?.title ?? cell.arm}</td><td class="text">${sizeTitle(cell)}</td><td>${seedsOf(cell).join(", ") || NONE}</td><td>${cell.runs.length}</td><td>${duration(cell.runs.reduce((sum, { seconds }) => sum + seconds, 0))}</td>`,
    })),
  );
  return dataTable({
    caption: html`Fine-tunings: seeds, and the time of all runs, those of the sweep included.`,
    head: ["target", "arm", "labeled cases", "seeds", "runs", "time"],
    rows,
    className: "record",
  });
}
