import { type Domain, InputError } from "@voxelsmith/core";
import { comparisonData } from "../comparison-data.ts";

/**
 * The data sets that `--domain NAME=PATH` names: all their labeled training cases, the atlas first. Test cases are left
 * out: nothing may look at them before the transfer.
 */
export async function domainsFrom(
  flags: readonly string[],
  atlases: readonly string[] = [],
): Promise<readonly Domain[]> {
  const paths = flags.map((flag) => pair("--domain", flag, "hippocampus=Task04_Hippocampus"));
  const chosen = new Map<string, string>();
  for (const flag of atlases) {
    const [name, id] = pair("--atlas", flag, "hippocampus=hippocampus_001");
    if (!paths.some(([known]) => known === name)) {
      throw new InputError({
        subject: `--atlas ${flag}`,
        expected: `the name of a domain (${paths.map(([known]) => known).join(", ")}) before =`,
        got: name,
        todo: "Correct the name.",
      });
    }
    chosen.set(name, id);
  }
  const domains: Domain[] = [];
  for (const [name, input] of paths) domains.push(await domainFrom(name, input, chosen.get(name)));
  return domains;
}

async function domainFrom(name: string, input: string, atlas: string | undefined): Promise<Domain> {
  const { manifest, labeled } = await comparisonData({ input }, atlas === undefined ? [] : [atlas]);
  const known = new Set(labeled.map(({ id }) => id));
  const unlabeled = manifest.unlabeled.filter(({ id }) => !known.has(id));
  return { name, manifest: { ...manifest, atlases: labeled, unlabeled, test: [] } };
}

/** `NAME=VALUE`, both there. */
function pair(flag: string, text: string, example: string): readonly [name: string, value: string] {
  const at = text.indexOf("=");
  if (at > 0 && at < text.length - 1) return [text.slice(0, at), text.slice(at + 1)];
  throw new InputError({
    subject: `${flag} ${text}`,
    expected: `${flag === "--atlas" ? "NAME=ID" : "NAME=PATH"}, for example ${example}`,
    got: at < 0 ? "no =" : at === 0 ? "no name" : "nothing after =",
    todo: "Write the domain's name, = and its value, without spaces.",
  });
}
