/** A structure and the label values that make it up. */
export interface Structure {
  readonly name: string;
  readonly labels: readonly number[];
}

/** What says the side of the body in a name, as a word or joined by `-`, `_` or `.`. */
const SIDE = /(^|[\s_.,()-])(left|right|lh|rh|l|r)(?=$|[\s_.,()-])/i;

/**
 * Labels by structure, left and right together, as in Fig. 6 of Zhao et al. (2019). Two labels are merged where their
 * names differ in the side alone; a side without its other half keeps its full name.
 */
export function mergeSides(labels: readonly { readonly label: number; readonly name: string }[]): Structure[] {
  const groups = new Map<string, { readonly label: number; readonly name: string }[]>();
  for (const one of labels) {
    const key = withoutSide(one.name).toLowerCase();
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()].flatMap((group): Structure[] => {
    const sides = new Set(group.map(({ name }) => (SIDE.exec(name)?.[2] ?? "").toLowerCase()[0]));
    const isPair = group.length === 2 && sides.has("l") && sides.has("r");
    return isPair
      ? [{ name: withoutSide(group[0].name), labels: group.map(({ label }) => label) }]
      : group.map(({ name, label }) => ({ name, labels: [label] }));
  });
}

function withoutSide(name: string): string {
  const rest = name.replace(SIDE, "$1").replace(/\(\s*\)/g, "");
  return rest.replace(/^[\s_.,-]+|[\s_.,-]+$/g, "").replace(/([\s_.,-])[\s_.,-]+/g, "$1") || name;
}
