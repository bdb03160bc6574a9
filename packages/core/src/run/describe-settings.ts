import { z } from "zod";
import { presetConfig, runConfig } from "./config.ts";

/** One setting as help, docs and forms show it. */
export interface SettingDescription {
  /** `section.name`, as in `--set section.name=value`. */
  readonly path: string;
  /** The sentence that stands at the setting's schema. */
  readonly meaning: string;
  /** Value in each preset, as JSON. */
  readonly fast: string;
  readonly paper: string;
}

/** Every setting of a run, from the schemas and presets alone: help and docs cannot say anything else than the code. */
export function describeSettings(): readonly SettingDescription[] {
  const common = { seed: 0, device: "cpu", threads: 1 } as const;
  const fast = presetConfig("fast", common);
  const paper = presetConfig("paper", common);
  return describe(propertiesOf(z.toJSONSchema(runConfig)), { ...fast }, { ...paper }, "");
}

type Node = { readonly description?: unknown; readonly properties?: unknown };

function describe(
  properties: Readonly<Record<string, Node>>,
  fast: Readonly<Record<string, unknown>>,
  paper: Readonly<Record<string, unknown>>,
  prefix: string,
): SettingDescription[] {
  return Object.entries(properties).flatMap(([name, node]) => {
    if (prefix === "" && node.properties !== undefined) {
      return describe(propertiesOf(node), asRecord(fast[name]), asRecord(paper[name]), `${name}.`);
    }
    return [
      {
        path: prefix + name,
        meaning: typeof node.description === "string" ? node.description : "",
        fast: JSON.stringify(fast[name]),
        paper: JSON.stringify(paper[name]),
      },
    ];
  });
}

function propertiesOf(node: Node): Readonly<Record<string, Node>> {
  return asRecord(node.properties) as Readonly<Record<string, Node>>;
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
