import { labeledSizes } from "./comparison-target.ts";
import type { TransferComparisonContext } from "./transfer-comparison-context.ts";
import { cellFolder, JOB_RESULT, TRANSFER_COMPARISON_FOLDER } from "./transfer-comparison-folder.ts";

type Asked = Pick<TransferComparisonContext, "comparison" | "scope">;

/** Fine-tunings of each target that are asked for: the sweep and the other seeds of every cell, for each fold. */
export function countJobs({ comparison, scope }: Asked): ReadonlyMap<string, number> {
  const each = comparison.rates.length + scope.seeds - 1;
  return new Map(
    comparison.targets.map((target) => {
      const { sizes } = labeledSizes(target, scope.labeled, comparison.settings.seed);
      return [target.name, sizes.length * scope.arms.length * target.folds * each];
    }),
  );
}

/** Those of them that are done, by whichever process. */
export async function countDone({
  comparison,
  scope,
  store,
}: Asked & Pick<TransferComparisonContext, "store">): Promise<ReadonlyMap<string, number>> {
  const { targets, settings } = comparison;
  const counts = new Map<string, number>();
  for (const target of targets) {
    const { sizes } = labeledSizes(target, scope.labeled, settings.seed);
    const cells = new Set(
      sizes.flatMap((size) => scope.arms.map((arm) => cellFolder({ target: target.name, arm, size }))),
    );
    const paths = await store.list(`${TRANSFER_COMPARISON_FOLDER.runs}/${target.name}`);
    const done = paths.filter((path) => {
      const [, cell, seed, file] = /^(.*)\/seed-(\d+)\/[^/]*\/[^/]*\/([^/]*)$/.exec(path) ?? [];
      return file === JOB_RESULT && cells.has(cell) && Number(seed) < settings.seed + scope.seeds;
    });
    counts.set(target.name, done.length);
  }
  return counts;
}
