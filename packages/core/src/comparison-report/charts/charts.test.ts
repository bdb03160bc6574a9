import { describe, expect, it } from "vitest";
import { armLegend, MOST_MARKED } from "../../report-page/charts/arm-marks.ts";
import { gainBoxes } from "../../report-page/charts/gain-boxes.ts";
import { learningCurves } from "../../report-page/charts/learning-curves.ts";
import { logTicks, shortNumber } from "../../report-page/charts/log-ticks.ts";
import { CHART_WIDTH } from "../../report-page/charts/plot-svg.ts";
import { diceByVolume, spreadOut } from "./dice-by-volume.ts";
import { labeledScansCurve } from "./labeled-scans-curve.ts";
import { sortedGains } from "./sorted-gains.ts";

/** Text of a chart, tspans joined by spaces, entities as they are. */
function words(svg: string): string {
  return svg
    .replace(/<style>.*?<\/style>/s, "")
    .replace(/<\/tspan><tspan[^>]*>/g, " ")
    .replace(/<[^>]*>/g, "|");
}

function circles(svg: string): number {
  return svg.match(/<circle/g)?.length ?? 0;
}

/** Paths of the curves, without those of the ticks. */
function lines(svg: string): number {
  const groups = svg.match(/<g [^>]*aria-label="line">.*?<\/g><\/g>/gs) ?? [];
  return groups.join("").match(/<path/g)?.length ?? 0;
}

const OVER_SAS = { description: "Box plot of the gain over SAS", label: "gain" };
const LONG = "coupled transforms under a name that somebody made very long";

describe("charts", () => {
  it("gain boxes: every arm by its whole name, every scan a dot, the mean in figures", () => {
    const svg = gainBoxes(
      [
        { title: "independent", mean: 0.04, gains: [0.02, 0.04, 0.06] },
        { title: LONG, mean: -0.01, gains: [-0.02, 0] },
      ],
      OVER_SAS,
    );
    expect(circles(svg)).toBe(5);
    expect(words(svg)).toContain("|+0.040|");
    expect(words(svg)).toContain("|−0.010|");
    expect(words(svg)).toContain(LONG);
  });

  it("sorted gains: a panel for each arm, scans in the order of one arm", () => {
    const best = {
      title: "best",
      scans: [
        { id: "a", gain: 0.3 },
        { id: "b", gain: 0.1 },
        { id: "c", gain: 0.2 },
      ],
    };
    const other = {
      title: LONG,
      scans: [
        { id: "a", gain: 0 },
        { id: "z", gain: 1 },
      ],
    };
    const svg = sortedGains([best, other], best);
    expect(circles(svg)).toBe(4);
    expect(words(svg)).toContain(LONG);
    const rising = [...svg.matchAll(/<circle [^>]*cy="([\d.]+)" cx="([\d.]+)"/g)].slice(0, 3);
    expect(rising).toHaveLength(3);
    const byX = rising.sort((one, two) => Number(one[2]) - Number(two[2])).map(([, y]) => Number(y));
    expect(byX).toEqual([...byX].sort((a, b) => b - a));
  });

  it("Dice by volume: rows stand apart, a symbol for each arm, names whole; one structure or forty", () => {
    const titles = Array.from({ length: MOST_MARKED }, (_, arm) => `arm ${arm}`);
    for (const count of [1, 2, 40]) {
      const svg = diceByVolume(
        titles,
        Array.from({ length: count }, (_, index) => ({
          name: `structure number ${index}`,
          volumeMm3: 100 * (1 + index),
          dice: titles.map((_, arm) => (arm === 3 ? null : 0.7 + arm / 50)),
        })),
      );
      expect(svg).not.toMatch(/NaN|Infinity/);
      for (let index = 0; index < count; index++) expect(words(svg)).toContain(`|structure number ${index}|`);
    }
  });

  it("names that are spread out keep their order, their distance and their room", () => {
    const places = spreadOut([0, 1, 2, 90, 99, 100], 10, 100);
    expect(places).toEqual([5, 15, 25, 75, 85, 95]);
  });

  it("learning curves: a line for each seed, the other arms behind; a long curve is thinned, its end kept", () => {
    const curve = Array.from({ length: 5000 }, (_, step) => ({ step, value: 1 / (1 + step) }));
    const arms = ["one", "two"].map((title) => ({ title, seeds: [curve, curve] }));
    const behind = learningCurves(arms, { label: "Dice", logarithmic: false, othersBehind: true });
    expect(lines(behind)).toBe(8);
    const alone = learningCurves(arms, { label: "loss", logarithmic: true, othersBehind: false });
    expect(lines(alone)).toBe(4);
    expect(alone.length).toBeLessThan(20_000);
  });

  it("labeled-scans curve: points named with their Dice, also where two share a number of scans", () => {
    const svg = labeledScansCurve(
      [
        { labeledScans: 8, title: "supervised", mean: 0.9, low: 0.88, high: 0.92 },
        { labeledScans: 1, title: "independent", mean: 0.8, low: 0.78, high: 0.82 },
        { labeledScans: 8, title: "8 atlases", mean: 0.89, low: 0.87, high: 0.91 },
      ],
      0.75,
    );
    for (const text of ["independent 0.800", "8 atlases 0.890", "supervised 0.900", "SAS (one labeled scan)"]) {
      expect(words(svg)).toContain(text);
    }
  });

  it("escapes names, and says in words what it shows", () => {
    const svg = gainBoxes([{ title: '<a> & "b"', mean: 0, gains: [0, 0.1] }], OVER_SAS);
    expect(svg).not.toContain("<a>");
    expect(svg).toMatch(/^<svg [^>]*role="img" aria-label="Box plot of the gain[^"]+"/);
    expect(svg).toContain(`width="${CHART_WIDTH}"`);
  });

  it("a legend that does not fit goes on in the next row", () => {
    expect(armLegend(["one", "two"], 40).height).toBeLessThan(armLegend([LONG, LONG, LONG], 40).height);
  });
});

describe("ticks of a log axis", () => {
  it("1, 2, 5 over two decades, powers of ten beyond, none where there is too little room", () => {
    expect(logTicks(30, 400)).toEqual([50, 100, 200]);
    expect(logTicks(30, 90_000)).toEqual([100, 1000, 10_000]);
    expect(logTicks(0.22, 1.9)).toEqual([0.5, 1]);
    expect(logTicks(30, 40)).toEqual([30, 40]);
    expect(logTicks(31, 39)).toBeUndefined();
    expect([0.5, 200, 2500, 1e5, 2e6].map(shortNumber)).toEqual(["0.5", "200", "2.5k", "100k", "2M"]);
  });
});
