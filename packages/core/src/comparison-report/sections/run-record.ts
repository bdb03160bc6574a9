import type { ArmResults, ComparisonResults } from "../../compare/results.ts";
import { html, type Markup } from "../html.ts";
import { duration, NONE } from "../numbers.ts";
import { dataTable } from "./data-table.ts";

/**
 * Versions, seeds, run times and settings: folded on the screen. A folded part is lost in print in some browsers, so
 * print has a copy of its own that is not folded.
 */
export function runRecord({ voxelsmith, environment, settings, arms }: ComparisonResults): Markup {
  const folded = html`${pairs("Versions and machine", { voxelsmith, ...environment })}
${runs(arms)}
${pairs("Settings that all arms share", settings)}`;
  return html`<h2>Record</h2>
<details class="screen-only"><summary>Versions, seeds, run times and settings</summary>${folded}</details>
<div class="print-only">${folded}</div>`;
}

function pairs(title: string, values: Readonly<Record<string, unknown>>): Markup {
  const rows = Object.entries(values).map(([name, value]) => ({
    cells: html`<th scope="row">${name}</th><td class="text">${typeof value === "string" ? value : (JSON.stringify(value) ?? "")}</td>`,
  }));
  return dataTable({ caption: html`${title}.`, rows, className: "record" });
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
