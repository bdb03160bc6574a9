const OTHER: Readonly<Record<string, string>> = { left: "right", right: "left", lh: "rh", rh: "lh", l: "r", r: "l" };
/** Whole words for a side anywhere in a name; single letters at its ends only, as in "Hippocampus_L". */
const SIDES = /(?<![a-z])(left|right|lh|rh)(?![a-z])|(?<=[-_ .])[lr]$|^[lr](?=[-_ .])/gi;

/** The name of the same structure on the other side: "Left-Putamen" for "Right-Putamen"; the name itself where it has no side. */
export function otherSide(name: string): string {
  return name.replace(SIDES, (word) => likeCase(word, OTHER[word.toLowerCase()]));
}

/** "Left" becomes "Right", "LEFT" becomes "RIGHT". */
function likeCase(like: string, word: string): string {
  if (like === like.toLowerCase()) return word;
  if (like.length > 1 && like.slice(1) === like.slice(1).toLowerCase()) return word[0].toUpperCase() + word.slice(1);
  return word.toUpperCase();
}
