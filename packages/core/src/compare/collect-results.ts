import { readLabelMap } from "../io/read-scan.ts";
import { ARM_NAMES, ARMS, type ArmName } from "../run/arms.ts";
import type { RunContext } from "../run/context.ts";
import { spacingMm } from "../volume/affine.ts";
import { labelValues } from "../volume/label-map.ts";
import { armManifest } from "./arm-manifest.ts";
import type { Comparison } from "./comparison-record.ts";
import type { ArmResults, ArmRun, ComparisonResults } from "./results.ts";

export interface CollectRequest extends Omit<Comparison, "command">, Pick<RunContext, "readFile"> {
  readonly environment: ComparisonResults["environment"];
  /** Label values of the atlas, without background. */
  readonly scored: readonly number[];
  readonly runs: readonly { readonly arm: ArmName; readonly run: ArmRun }[];
}

/** Brings the scores of all arms and what is known of the test scans into one piece of plain JSON. */
export async function collectResults(request: CollectRequest): Promise<ComparisonResults> {
  const { data, atlas, config, notes, runs, environment, scored } = request;
  const { manifest } = data;
  const truth = await describeTruth(request);
  const arms = ARM_NAMES.flatMap((name): ArmResults[] => {
    const own = runs.filter(({ arm }) => arm === name).map(({ run }) => run);
    if (own.length === 0) return [];
    const { title, meaning, labeler } = ARMS[name];
    const labeledScans = armManifest(data, name).atlases.length;
    return [
      { name, title, meaning, labeledScans, steps: labeler === "segmenter" ? config.segment.steps : 0, runs: own },
    ];
  });
  const { prepare, spatial, appearance, segment, preset, device, threads } = config;
  return {
    voxelsmith: String(environment.voxelsmith ?? ""),
    dataset: {
      name: manifest.name,
      labels: manifest.labels,
      scans: {
        training: data.labeled.length,
        unlabeled: manifest.unlabeled.length,
        validation: manifest.validation.length,
        test: manifest.test.filter(({ labels }) => labels !== undefined).length,
      },
    },
    atlas,
    labelVolumesMm3: truth.volumes,
    labelsNotInAtlas: [...truth.scansWith]
      .filter(([label]) => !scored.includes(label))
      .map(([label, scans]) => ({ label, scans }))
      .sort((a, b) => a.label - b.label),
    arms,
    environment,
    settings: flatten({ preset, device, threads, prepare, spatial, appearance, segment }),
    notes,
  };
}

/** Mean volume of each label over the test scans that have it, and how many have it. */
async function describeTruth({ data, readFile }: CollectRequest): Promise<{
  readonly volumes: Record<string, number>;
  readonly scansWith: ReadonlyMap<number, number>;
}> {
  const sums = new Map<number, number>();
  const scansWith = new Map<number, number>();
  for (const { labels } of data.manifest.test) {
    if (labels === undefined) continue;
    const truth = await readLabelMap(readFile, labels);
    const voxelMm3 = spacingMm(truth.affine).reduce((product, mm) => product * mm, 1);
    for (const label of labelValues(truth)) if (label !== 0) scansWith.set(label, (scansWith.get(label) ?? 0) + 1);
    for (const label of truth.data) if (label !== 0) sums.set(label, (sums.get(label) ?? 0) + voxelMm3);
  }
  const volumes = [...sums].map(([label, sum]) => [label, sum / (scansWith.get(label) ?? 1)]);
  return { volumes: Object.fromEntries(volumes), scansWith };
}

function flatten(sections: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(sections).flatMap(([name, value]): [string, unknown][] =>
      typeof value === "object" && value !== null && !Array.isArray(value)
        ? Object.entries(value).map(([field, inner]) => [`${name}.${field}`, inner])
        : [[name, value]],
    ),
  );
}
