import type { ArmResults, ComparisonResults } from "../../compare/results.ts";
import { html, type Markup } from "../html.ts";
import { duration } from "../numbers.ts";

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
  const rows = Object.entries(values).map(
    ([
      name,
      value,
    ]) => html`<tr><th scope="row">${name}</th><td class="text">${typeof value === "string" ? value : (JSON.stringify(value) ?? "")}</td></tr>
`,
  );
  return html`<div class="scroll"><table><caption>${title}.</caption><tbody>${rows}</tbody></table></div>`;
}

function runs(arms: readonly ArmResults[]): Markup {
  const rows = arms.flatMap(({ title, runs: own }) =>
    own.map(
      ({
        seed,
        seconds,
        chosenByValidation,
      }) => html`<tr><th scope="row">${title}</th><td>${seed}</td><td>${duration(seconds.train)}</td><td>${duration(seconds.label)}</td><td>${chosenByValidation?.step ?? "–"}</td></tr>
`,
    ),
  );
  return html`<div class="scroll"><table><caption>Runs.</caption>
<thead><tr><th scope="col">arm</th><th scope="col">seed</th><th scope="col">training</th><th scope="col">labeling</th><th scope="col">step chosen by validation</th></tr></thead>
<tbody>${rows}</tbody></table></div>`;
}
