import { dataTable } from "../../report-page/data-table.ts";
import { html, type Markup, NOTHING } from "../../report-page/html.ts";
import { duration, NONE, plain } from "../../report-page/numbers.ts";
import type { TransferComparisonResults } from "../../transfer-comparison/results.ts";

/** What the encoders were pretrained on, for how long, and how well they learned that. */
export function pretrainingsSection({ arms, domains, encoder }: TransferComparisonResults): Markup {
  const { depth, widths, parameters } = encoder;
  return html`<h2>What the encoders were pretrained on</h2>
<p>Every arm has the same encoder, a 3-D ResNet-${depth} with stages of ${widths.join(", ")} channels and ${parameters.toLocaleString("en-US")} parameters.</p>
<dl>${arms.map(({ title, meaning }) => html`<dt>${title}</dt><dd>${sentence(meaning)}</dd>\n`)}</dl>
${domainsTable(domains)}
${pretrainingsTable(arms)}`;
}

function domainsTable(domains: TransferComparisonResults["domains"]): Markup {
  if (domains.length === 0) return NOTHING;
  return dataTable({
    caption: html`Domains of the pretraining. Atlas: the one labeled scan that synthesized examples stand on.`,
    head: ["domain", "classes", "labeled training scans", "spacing, mm", "atlas"],
    rows: domains.map(({ name, classes, training, spacingMm, atlas }) => ({
      cells: html`<th scope="row">${name}</th><td>${classes}</td><td>${training}</td><td>${spacingMm.map((mm) => Number(mm.toPrecision(3))).join(" × ")}</td><td>${atlas ?? NONE}</td>`,
    })),
  });
}

function pretrainingsTable(arms: TransferComparisonResults["arms"]): Markup {
  const rows = arms.flatMap(({ title, pretraining }) =>
    pretraining.map(({ leftOut, steps, seconds, scores }) => ({
      cells: html`<th scope="row">${title}</th><td class="text">${leftOut.length === 0 ? "nothing" : leftOut.join(", ")}</td><td>${steps.toLocaleString("en-US")}</td><td>${duration(seconds)}</td><td class="text">${scoresText(scores)}</td>`,
    })),
  );
  if (rows.length === 0) return NOTHING;
  return dataTable({
    caption: html`Pretrainings. A target that is a domain itself has pretrainings of its own, which left that domain out. Own scores: mean Dice of each domain on its validation scans, or accuracy on clips.`,
    head: ["arm", "left out", "steps", "time", "own scores"],
    textColumns: ["left out", "own scores"],
    rows,
  });
}

function scoresText(scores: Readonly<Record<string, number>>): string {
  const texts = Object.entries(scores).map(([name, score]) => `${name} ${plain(score)}`);
  return texts.length === 0 ? NONE : texts.join(", ");
}

function sentence(text: string): string {
  const capital = text.slice(0, 1).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
}
