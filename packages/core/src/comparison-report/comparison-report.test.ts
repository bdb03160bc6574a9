import { createRandom } from "@voxelsmith/engine";
import { build } from "esbuild";
import { describe, expect, it } from "vitest";
import { MANY_LABELS, madeUpResults, TWO_LABELS } from "../../test-support/made-up-results.ts";
import type { ComparisonPictures, ComparisonResults } from "../compare/results.ts";
import { comparisonCsv } from "./comparison-csv.ts";
import { comparisonReport } from "./comparison-report.ts";
import { type ComparisonStatistics, comparisonStatistics } from "./comparison-statistics.ts";
import { comparisonTable } from "./comparison-table.ts";

const PNG = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0xff]);
const NO_PICTURES: ComparisonPictures = { scans: [] };

function statisticsOf(results: ComparisonResults): ComparisonStatistics {
  return comparisonStatistics(results, createRandom(1, "bootstrap").uniform);
}

function report(results: ComparisonResults, pictures = NO_PICTURES): string {
  return comparisonReport(results, pictures, statisticsOf(results));
}

function svgs(page: string): string[] {
  return page.match(/<svg[\s\S]*?<\/svg>/g) ?? [];
}

const many = madeUpResults({ labels: MANY_LABELS, scans: 8, seeds: [1, 2, 3], training: 17 });
const two = madeUpResults({ labels: TWO_LABELS, scans: 12, seeds: [7], training: 135 });
const pages = { many: report(many), two: report(two) };

describe("report of a comparison", () => {
  it("stands alone: nothing is loaded, nothing runs", () => {
    const shown = { examples: { png: PNG, caption: "one" }, scans: [{ arm: "sas", png: PNG, caption: "two" }] };
    const page = report(two, shown);
    expect(page).not.toMatch(/<script|<link|<iframe|@import|url\(|\bon\w+=/i);
    expect([...page.matchAll(/\b(?:src|href)="([^"]*)"/g)].map(([, target]) => target.slice(0, 22))).toEqual([
      "data:image/png;base64,",
      "data:image/png;base64,",
    ]);
    expect(page).toContain(`base64,${btoa(String.fromCharCode(...PNG))}"`);
    expect(page).toContain("SAS. two");
  });

  it("says in words what won, by how much, and whether the paper's order holds", () => {
    const page = pages.two;
    expect(page).toContain("Best with one labeled scan: ours-best");
    expect(page).toMatch(/over SAS \(95\u00a0% interval \+0\.\d{3} to \+0\.\d{3}\), with more on \d+ of 12 scans/);
    expect(page).toMatch(/It closes \d+\u00a0% of the gap/);
    expect(page).toContain("<strong>holds here</strong>");
    expect(page).toContain("other data and other settings");
    expect(page).toContain("0.815 (0.123)");
  });

  it("says first where the segmenters were trained too little to compare", () => {
    const weak = comparisonReport(two, NO_PICTURES, { ...statisticsOf(two), untrained: "150 steps are too few" });
    expect(weak).toMatch(/Summary">\s*<p><strong>Trained too little to compare.<\/strong> 150 steps are too few<\/p>/);
    expect(pages.two).not.toContain("Trained too little");
  });

  it("turns the table of labels where more arms than fit stand beside few labels", () => {
    const heads = (page: string): number => {
      const [, head = ""] = /<h2>Label by label<\/h2>[\s\S]*?<thead>([\s\S]*?)<\/thead>/.exec(page) ?? [];
      return head.split('scope="col"').length - 1;
    };
    expect(heads(pages.two)).toBe(1 + Object.keys(TWO_LABELS).length); // a row for each arm
    expect(heads(pages.many)).toBe(2 + many.arms.length);
    expect(pages.two).not.toContain('class="wide"');
    expect(pages.many).toContain('class="wide"');
    const few = report({ ...two, arms: two.arms.slice(0, 4) });
    expect(heads(few)).toBe(2 + 4);
  });

  it("shows every arm and label, and all six charts without a number that is none", () => {
    const page = pages.many;
    for (const { title } of many.arms) expect(page).toContain(`<th scope="row">${title}</th>`);
    expect(page).toContain("right cerebellum exterior (cortex)");
    const charts = svgs(page);
    expect(charts).toHaveLength(6);
    for (const svg of charts) {
      expect(svg).toContain('xmlns="http://www.w3.org/2000/svg"');
      expect(svg).not.toMatch(/NaN|undefined|Infinity/);
    }
    expect(charts[2]).toContain(">cerebellum exterior (cortex)<");
    expect(page).toContain("Left and right are averaged");
  });

  it("escapes what comes from outside, in text and in charts", () => {
    const few = many.arms.filter(({ name }) => name === "sas" || name === "coupled");
    const arms = few.map((arm) => (arm.name === "coupled" ? { ...arm, title: '<b>"coupled"</b> & more' } : arm));
    const page = report({ ...many, arms, notes: ["<img src=x>"], environment: { "<i>": "</details>" } });
    expect(page).not.toMatch(/<b>|<i>|<img|<optic/);
    expect(page).toContain("&lt;optic &amp; chiasm&gt;");
    expect(page.match(/<\/details>/g)).toHaveLength(1);
  });

  it("shows the statistics that it is given, which the table of the terminal shows too", () => {
    const statistics = statisticsOf(two);
    const rows = statistics.rows.map((row) =>
      row.gain === null ? row : { ...row, gain: { ...row.gain, low: -0.777 } },
    );
    expect(comparisonReport(two, NO_PICTURES, { ...statistics, rows })).toContain("−0.777");
    expect(comparisonTable({ ...statistics, rows })).toContain("−0.777");
  });

  it("is the same page again for the same seed", () => {
    const once = madeUpResults({ labels: TWO_LABELS, scans: 5, seeds: [1], training: 6 });
    expect(report(once)).toBe(report(once));
  });

  it("prints the folded part too", () => {
    const page = pages.two;
    expect(page.split("segment.learningRate")).toHaveLength(3);
    expect(page).toMatch(/@media print[\s\S]*\.print-only \{ display: block; \}/);
  });

  it.each([
    ["no SAS and no supervised", ["affine", "independent", "rand-aug"]],
    ["SAS alone", ["sas"]],
    ["supervised alone", ["supervised"]],
    ["no arm", []],
    ["an arm that nobody knows", ["sas", "somebody's"]],
  ])("with %s there is a page without numbers that are none", (_, arms) => {
    const page = report(madeUpResults({ labels: TWO_LABELS, scans: 20, seeds: [7], training: 20, arms }));
    expect(page).not.toMatch(/NaN|undefined|Infinity|null/);
    if (!arms.includes("sas")) expect(page).toContain("SAS was not run");
    if (!arms.includes("supervised")) expect(page).toContain("The supervised arm was not run");
  });

  it("one scan has no interval and no test", () => {
    const page = report(madeUpResults({ labels: TWO_LABELS, scans: 1, seeds: [1], training: 4 }));
    expect(page).not.toMatch(/NaN|undefined|Infinity/);
    expect(page).toContain("over SAS (no interval)");
    expect(page).toContain("One test scan says nothing about others");
  });

  it("its code runs in a page: it needs nothing of Node", async () => {
    const { errors } = await build({
      entryPoints: [new URL("comparison-report.ts", import.meta.url).pathname],
      ...{ bundle: true, platform: "browser", format: "esm", write: false, logLevel: "silent" },
    });
    expect(errors).toEqual([]);
  }, 60_000);
});

describe("CSV of a comparison", () => {
  it("has a row for each arm, seed, weights, scan and label; quotes where RFC 4180 wants some", () => {
    const labels = { "1": 'front, "head"', "2": "back" };
    const lines = comparisonCsv(
      madeUpResults({ labels, scans: 2, seeds: [1, 2], training: 3, arms: ["sas", "coupled"] }),
    )
      .trimEnd()
      .split("\n");
    expect(lines[0]).toBe("arm,seed,weights,scan,label,name,found,dice,hd95Mm,assdMm,surfaceDice1mm,volumeSimilarity");
    expect(lines).toHaveLength(1 + 2 * 2 * 2 + 2 * 2 * 2 * 2);
    expect(lines[1]).toMatch(/^sas,1,final,brain_101,1,"front, ""head""",found,0\.\d{6},/);
    expect(lines.filter((line) => line.includes(",chosen-by-validation,"))).toHaveLength(8);
  });
});
