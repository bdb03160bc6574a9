import { describe, expect, it } from "vitest";
import { editDistance, nearMatches } from "./near-matches.ts";

describe("near matches", () => {
  it("counts edits", () => {
    expect(editDistance("kitten", "sitting")).toBe(3); // the textbook example
    expect(editDistance("", "abc")).toBe(3);
    expect(editDistance("same", "same")).toBe(0);
  });

  it("offers names with a typo or a missing prefix, and nothing far off", () => {
    const known = ["hippocampus_001", "hippocampus_003", "spleen_10"];
    expect(nearMatches("hipocampus_003", known)[0]).toBe("hippocampus_003");
    expect(nearMatches("003", known)).toEqual(["hippocampus_003"]);
    expect(nearMatches("liver", known)).toEqual([]);
  });
});
