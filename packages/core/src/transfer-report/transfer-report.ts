import { html } from "../report-page/html.ts";
import { counted } from "../report-page/numbers.ts";
import { notesList, reportPage } from "../report-page/page.ts";
import type { TransferComparisonResults } from "../transfer-comparison/results.ts";
import { answersSection } from "./sections/answers.ts";
import { convergenceSection } from "./sections/convergence.ts";
import { methodsSection, referencesSection } from "./sections/methods.ts";
import { pretrainingsSection } from "./sections/pretrainings.ts";
import { publishedSection } from "./sections/published.ts";
import { recordSection } from "./sections/record.ts";
import { sweepsSection } from "./sections/sweeps.ts";
import { targetsSection } from "./sections/targets.ts";
import type { TransferStatistics } from "./transfer-statistics.ts";

/**
 * The report of a comparison of transfer as ONE HTML file: style and charts are inside, nothing is loaded and nothing
 * runs. Whatever comes from the results is escaped. What is not finished is a dash and stands in a note.
 * @param statistics `transferStatistics` of the same results
 */
export function transferReport(results: TransferComparisonResults, statistics: TransferStatistics): string {
  const { voxelsmith, arms, targets, encoder, steps, learningRates, notes } = results;
  return reportPage({
    voxelsmith,
    title: "Pretraining and transfer: which start weights help a new task",
    data: `${counted(arms.length, "arm")} on ${counted(targets.length, "target")}: ${targets.map(({ name }) => name).join(", ")}; ResNet-${encoder.depth}; voxelsmith ${voxelsmith}.`,
    body: html`${answersSection(results, statistics)}
${notesList([...notes, ...statistics.notes])}
${targetsSection(statistics)}
${convergenceSection(statistics, steps)}
${sweepsSection(statistics, learningRates)}
${pretrainingsSection(results)}
${publishedSection(statistics, encoder.depth, statistics.answers?.labeled ?? null)}
${methodsSection(results)}
${referencesSection(results)}
${recordSection(results)}`,
  });
}
