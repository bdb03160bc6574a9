import { resolveTransferComparison } from "../src/transfer-comparison/resolve-transfer-comparison.ts";
import type { TransferComparison } from "../src/transfer-comparison/transfer-comparison-record.ts";
import { TINY_PRETRAINING, tinyDomain } from "./tiny-domains.ts";

/** Settings that bring a job of a comparison down to a second. */
const TINY: readonly string[] = [
  ...TINY_PRETRAINING.map((text) => (text.startsWith("widths") ? `encoder.${text}` : `pretrain.${text}`)),
  ...["pretrain.steps=2", "pretrain.validateEvery=2", "pretrain.validationPatches=1"],
  ...["transfer.patch=[16,16,16]", "transfer.steps=2", "transfer.validateEvery=1", "transfer.warmupSteps=1"],
  ...["video.clip=[16,16,16]", "video.batch=2", "video.validateEvery=2", "video.validationClips=2"],
  ...["transfer.batch=1", "transfer.decoder=[[4,4],[4,4],[4,4]]"],
];

/** The same for the runs that make examples of one atlas a domain. */
export const TINY_SOURCES: readonly string[] = [
  ...["prepare.alignmentSteps=2", "prepare.marginVoxels=0", "prepare.multipleOf=8"],
  ...["spatial.encoder=[4,4]", "spatial.decoder=[4,4]", "spatial.steps=2", "spatial.warmupSteps=1"],
  ...["appearance.encoder=[4,4]", "appearance.decoder=[4,4]", "appearance.steps=2", "appearance.warmupSteps=1"],
].map((text) => `pretrain.synthesis.${text}`);

const IDS = ["a", "b", "c", "d"] as const;

/**
 * Two targets over the tiny domains: `balls`, a segmentation that is a domain, too, and `kinds`, the classification of
 * whether an image is of balls or of boxes. Files are those of `readTiny`.
 */
export function tinyTransferComparison(changes: Partial<TransferComparison> = {}): TransferComparison {
  const { manifest } = tinyDomain("balls");
  const classified = (ids: readonly string[]) =>
    ids.flatMap((id) =>
      (["balls", "boxes"] as const).map((kind) => ({ id: `${kind}-${id}`, image: `${kind}/${id}.image`, class: kind })),
    );
  return {
    kind: "transfer",
    targets: [
      {
        name: "balls",
        folds: 1,
        subjects: {},
        manifest: {
          ...{ task: "segmentation", name: "balls", labels: manifest.labels },
          train: manifest.atlases,
          validation: manifest.validation,
          test: ["t", "u"].map((id) => ({ id, image: `balls/${id}.image`, labels: `balls/${id}.labels` })),
        },
      },
      {
        name: "kinds",
        folds: 1,
        subjects: {},
        manifest: {
          ...{ task: "classification", name: "kinds", classes: ["balls", "boxes"] },
          ...{ train: classified(IDS), validation: classified(["v", "w"]), test: classified(["t", "u"]) },
        },
      },
    ],
    domains: [tinyDomain("balls"), tinyDomain("boxes")],
    rates: [0.01, 0.001],
    arms: ["scratch", "domains"],
    labeled: [1, "all"],
    seeds: 2,
    settings: resolveTransferComparison({ seed: 5, preset: "fast", device: "cpu", threads: 1, assignments: TINY }),
    command: "voxelsmith compare --kind transfer",
    ...changes,
  };
}
