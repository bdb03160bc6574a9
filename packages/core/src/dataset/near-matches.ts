/** Up to `limit` of the known names that a person may have meant, nearest first. */
export function nearMatches(wanted: string, known: readonly string[], limit: number = 3): string[] {
  const asked = wanted.toLowerCase();
  return known
    .map((name) => ({ name, distance: distanceTo(asked, name.toLowerCase()) }))
    .filter(({ distance }) => distance <= Math.max(2, Math.ceil(asked.length / 3)))
    .sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
    .slice(0, limit)
    .map(({ name }) => name);
}

/** A part of the name counts as near: people leave out prefixes (`003` for `hippocampus_003`). */
function distanceTo(asked: string, name: string): number {
  const part = asked.length > 1 && (name.endsWith(asked) || name.startsWith(asked));
  return part ? 1 : editDistance(asked, name);
}

/** Levenshtein's distance: the fewest insertions, deletions and replacements that turn `a` into `b`. */
export function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j] + 1, next[j - 1] + 1));
    }
    row = next;
  }
  return row[b.length];
}
