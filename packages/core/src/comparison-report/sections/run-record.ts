import type { ArmResults, ComparisonResults } from "../../compare/results.ts";
import { dataTable } from "../../report-page/data-table.ts";
import { html, type Markup } from "../../report-page/html.ts";
import { duration, NONE } from "../../report-page/numbers.ts";
import { folded, pairs } from "../../report-page/record.ts";

/** Versions, seeds, run times and settings, folded. */
export function runRecord({ voxelsmith, environment, settings, arms }: ComparisonResults): Markup {
  const record = html`${pairs("Versions and machine", { voxelsmith, ...environment })}
${runs(arms)}
${pairs("Settings that all arms share", settings)}`;
  return html`<h2>Record</h2>
${folded("Versions, seeds, run times and settings", record)}`;
}

function runs(arms: readonly ArmResults[]): Markup {
  const rows = arms.flatMap(({ title, runs: own }) =>
    own.map(({ seed, seconds, chosenByValidation }) => ({
      cells: html`<th scope="row">${title}</th><td>${seed}</td><td>${duration(seconds.train)}</td><td>${duration(seconds.label)}</td><td>${chosenByValidation?.step ?? NONE}</td>`,
    })),
  );
  return dataTable({
    caption: html`Runs: seeds and times.`,
    head: ["arm", "seed", "training", "labeling", "step chosen by validation"],
    rows,
    className: "record",
  });
}
