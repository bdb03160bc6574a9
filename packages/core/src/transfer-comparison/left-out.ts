import type { Domain } from "../pretrain/context.ts";
import { TRANSFER_ARMS, type TransferArmName } from "./arms.ts";

/** The domains that no pretraining for a target may see: that of its own name (leave one domain out). */
export function leftOutFor(target: string, domains: readonly Pick<Domain, "name">[]): readonly string[] {
  return domains.flatMap(({ name }) => (name === target ? [name] : []));
}

/** A pretraining that fine-tunings start from. Targets that leave out the same share it. */
export interface Pretraining {
  readonly arm: TransferArmName;
  readonly leftOut: readonly string[];
}

/** The pretraining that an arm needs for a target; undefined from scratch, and where a file of weights is given. */
export function pretrainingOf(
  arm: TransferArmName,
  target: string,
  { domains, video }: { readonly domains: readonly Pick<Domain, "name">[]; readonly video?: string },
): Pretraining | undefined {
  if (arm === "video") return video === undefined ? { arm, leftOut: [] } : undefined;
  return TRANSFER_ARMS[arm].source === undefined ? undefined : { arm, leftOut: leftOutFor(target, domains) };
}
