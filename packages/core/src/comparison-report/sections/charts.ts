import { MOST_MARKED } from "../../report-page/charts/arm-marks.ts";
import { gainBoxes } from "../../report-page/charts/gain-boxes.ts";
import { learningCurves } from "../../report-page/charts/learning-curves.ts";
import { figure } from "../../report-page/figure.ts";
import { html, type Markup, NOTHING } from "../../report-page/html.ts";
import { diceByVolume, type StructureDice } from "../charts/dice-by-volume.ts";
import { labeledScansCurve } from "../charts/labeled-scans-curve.ts";
import { sortedGains } from "../charts/sorted-gains.ts";
import type { ArmRow, ComparisonStatistics } from "../comparison-statistics.ts";
import { mergeSides } from "../merge-sides.ts";
import { meanOf } from "../scan-scores.ts";

/** The arms of the chart by structure: more than seven symbols cannot be told apart. */
const BY_STRUCTURE = ["sas", "rand-aug", "coupled", "independent", "independent+rand-aug", "ours-best", "supervised"];

/** The method with more and more labeled scans. */
const MORE_LABELS = /^(independent|atlases-\d+|supervised)$/;

const OVER_SAS = {
  description: "Box plot of the gain in Dice over SAS, a row for each arm.",
  label: "gain in mean Dice over SAS, one dot for each test scan",
};

/** All charts that the results allow. */
export function charts(statistics: ComparisonStatistics): Markup {
  return html`${gainCharts(statistics)}${structureChart(statistics)}${labelsChart(statistics)}${curveCharts(statistics)}`;
}

function gainCharts({ rows, bestOneLabel }: ComparisonStatistics): Markup {
  const gains = rows.flatMap(({ arm, gain }) =>
    gain === null ? [] : [{ title: arm.title, mean: gain.mean, scans: gain.scans }],
  );
  if (gains.length === 0) return NOTHING;
  const boxes = gainBoxes(
    gains.map(({ title, mean, scans }) => ({ title, mean, gains: scans.map(({ gain }) => gain) })),
    OVER_SAS,
  );
  const sorting = gains.find(({ title }) => title === bestOneLabel?.arm.title) ?? gains[gains.length - 1];
  return html`${figure(boxes, "Gain in mean Dice over SAS. Box: quartiles and median; whiskers: the farthest scan within 1.5 quartile ranges; dots: test scans; number: the mean. Right of the dashed line an arm is better than SAS.")}
${sorting.scans.length < 2 ? NOTHING : figure(sortedGains(gains, sorting), `Test scans sorted by the gain of ${sorting.title} (the gray line in every panel), with the gain of each arm as dots. Dots above the gray line: the arm is better than ${sorting.title} on that scan.`)}`;
}

function structureChart({ rows, labels }: ComparisonStatistics): Markup {
  const listed = rows.filter(({ arm, dice }) => BY_STRUCTURE.includes(arm.name) && dice.n > 0);
  const shown = (listed.length > 0 ? listed : rows.filter(({ dice }) => dice.n > 0)).slice(0, MOST_MARKED);
  const known = labels.filter(
    ({ volumeMm3, dice }) => (volumeMm3 ?? 0) > 0 && [...dice.values()].some(({ n }) => n > 0),
  );
  const structures = mergeSides(known.map(({ label, name }) => ({ label, name: name ?? `label ${label}` }))).map(
    ({ name, labels: own }): StructureDice => {
      const parts = known.filter(({ label }) => own.includes(label));
      return {
        name,
        volumeMm3: meanOf(parts.map(({ volumeMm3 }) => volumeMm3)) ?? 0,
        dice: shown.map(({ arm }) => meanOf(parts.map(({ dice }) => dice.get(arm.name)?.mean ?? null))),
      };
    },
  );
  if (structures.length === 0 || shown.length === 0) return NOTHING;
  const merged = structures.length < known.length ? " Left and right are averaged, in Dice and in volume." : "";
  return figure(
    diceByVolume(
      shown.map(({ arm }) => arm.title),
      structures,
    ),
    `Mean Dice of every structure against its mean volume.${merged}`,
  );
}

function labelsChart({ rows }: ComparisonStatistics): Markup {
  const points = rows.flatMap(({ arm, dice, diceInterval }) =>
    MORE_LABELS.test(arm.name) && dice.mean !== null && diceInterval !== null
      ? [{ labeledScans: arm.labeledScans, title: arm.title, mean: dice.mean, ...diceInterval }]
      : [],
  );
  if (points.length < 2) return NOTHING;
  const sas = rows.find(({ arm }) => arm.name === "sas")?.dice.mean ?? null;
  return figure(
    labeledScansCurve(points, sas),
    "Mean Dice against the number of labeled scans, with 95\u00a0% intervals over test scans. The line joins the arms that synthesize; supervised trains on real labels alone.",
  );
}

function curveCharts({ rows }: ComparisonStatistics): Markup {
  const of = (
    value: (point: ArmRow["arm"]["runs"][number]["curve"][number]) => number | undefined,
  ): Parameters<typeof learningCurves>[0] =>
    rows.flatMap(({ arm }) => {
      const seeds = arm.runs.map(({ curve }) =>
        curve.flatMap((point) => {
          const own = value(point);
          return own === undefined || !Number.isFinite(own) ? [] : [{ step: point.step, value: own }];
        }),
      );
      return seeds.some((curve) => curve.length > 1) ? [{ title: arm.title, seeds }] : [];
    });
  const losses = of(({ loss }) => loss);
  const dice = of(({ validationDice }) => validationDice);
  const logarithmic = losses.every(({ seeds }) => seeds.flat().every(({ value }) => value > 0));
  return html`${losses.length === 0 ? NOTHING : figure(learningCurves(losses, { label: "training loss", logarithmic, othersBehind: false }), "Training loss of every segmenter, a line for each seed. Each arm trains on data of its own, so losses of different arms cannot be compared.")}
${dice.length === 0 ? NOTHING : figure(learningCurves(dice, { label: "validation Dice", logarithmic: false, othersBehind: true }), "Mean Dice on the validation scans during training, a line for each seed; the other arms in gray.")}`;
}
