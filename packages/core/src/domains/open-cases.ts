import type { LabeledCase } from "../dataset/manifest.ts";
import { InputError } from "../errors.ts";
import { type ReadFile, readLabeledScan } from "../io/read-scan.ts";
import type { DomainPlan } from "./plan.ts";
import { type PreparedCase, prepareCase } from "./prepare-case.ts";

/** The labeled cases of a domain, prepared when they are first asked for. */
export type OpenCases = (id: string) => Promise<PreparedCase>;

/** Bytes of prepared cases that a domain keeps in memory; further ones are prepared again each time. */
const BUDGET = 512 * 2 ** 20;

/** @throws InputError where the plan names a case that the data set does not have */
export function openCases(plan: DomainPlan, cases: readonly LabeledCase[], readFile: ReadFile): OpenCases {
  const byId = new Map(cases.map((one) => [one.id, one]));
  const unknown = [...plan.training, ...plan.validation].find((id) => !byId.has(id));
  if (unknown !== undefined) {
    throw new InputError({
      subject: `plan of domain ${plan.name}: case ${unknown}`,
      expected: "a labeled case of the data set",
      got: "an id that is not there",
      todo: "Correct the plan.",
    });
  }
  const kept = new Map<string, PreparedCase>();
  let bytes = 0;
  return async (id) => {
    const known = kept.get(id);
    if (known !== undefined) return known;
    const one = byId.get(id);
    if (one === undefined) throw new RangeError(`domain ${plan.name} has no case ${id}`);
    const { volume, labels } = await readLabeledScan(readFile, one);
    const prepared = prepareCase(plan, volume, labels);
    bytes += 2 * prepared.image.byteLength;
    if (bytes <= BUDGET) kept.set(id, prepared);
    return prepared;
  };
}
