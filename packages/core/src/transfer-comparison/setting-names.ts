import { nearMatches } from "../dataset/near-matches.ts";
import { InputError } from "../errors.ts";
import { ENCODER, transferComparisonSettings } from "./settings.ts";

/** Parts of the settings of a comparison. */
export const SECTIONS = ["encoder", "pretrain", "video", "transfer"] as const;
export type Section = (typeof SECTIONS)[number];

/** `transfer.steps=200` to section and `steps=200`. */
export function splitAssignment(assignment: string): { readonly section: Section; readonly rest: string } {
  const [, name = "", rest = ""] = /^([a-z]+)\.(.*)$/s.exec(assignment) ?? [];
  const section = SECTIONS.find((one) => one === name);
  if (section === undefined)
    throw unknown(
      assignment.replace(/=.*$/s, ""),
      SECTIONS.map((one) => `${one}.NAME`),
    );
  refuseOthers(section, rest.replace(/[.=].*$/s, ""));
  return { section, rest };
}

/** Settings that a section's schema knows and that are not the comparison's to set there. */
export function refuseOthers(section: string, name: string): void {
  const shapes: Readonly<Record<string, object>> = {
    encoder: ENCODER,
    pretrain: transferComparisonSettings.shape.pretrain.shape,
    video: transferComparisonSettings.shape.video.shape,
    transfer: transferComparisonSettings.shape.transfer.shape,
  };
  const known = Object.keys(shapes[section] ?? {});
  if (known.includes(name)) return;
  const everywhere = Object.entries(shapes).flatMap(([one, shape]) => Object.keys(shape).map((own) => `${one}.${own}`));
  const elsewhere = everywhere.filter((path) => path.endsWith(`.${name}`));
  throw unknown(`${section}.${name}`, elsewhere.length > 0 ? elsewhere : nearMatches(`${section}.${name}`, everywhere));
}

function unknown(name: string, near: readonly string[]): InputError {
  const isRate = name === "transfer.learningRate";
  return new InputError({
    subject: `setting ${name}`,
    expected: "a setting of a comparison of transfer",
    got: isRate ? "the learning rate, which is swept" : "an unknown name",
    todo: isRate
      ? "Give the rates with --rates."
      : near.length > 0
        ? `Did you mean ${near.join(", ")}?`
        : "Settings are encoder.NAME, video.NAME, and pretrain.NAME and transfer.NAME as those commands have them.",
  });
}
