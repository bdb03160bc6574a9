import { describe, expect, it } from "vitest";
import { mergeSides } from "./merge-sides.ts";

function merged(...names: string[]): string[] {
  return mergeSides(names.map((name, index) => ({ label: index + 1, name }))).map(
    (one) => `${one.name}:${one.labels.join("+")}`,
  );
}

describe("left and right together", () => {
  it("where names differ in the side alone, however it is written", () => {
    expect(merged("right cerebral cortex", "left cerebral cortex")).toEqual(["cerebral cortex:1+2"]);
    expect(merged("Left-Hippocampus", "Right-Hippocampus")).toEqual(["Hippocampus:1+2"]);
    expect(merged("ctx-lh-cuneus", "ctx-rh-cuneus")).toEqual(["ctx-cuneus:1+2"]);
    expect(merged("kidney_L", "kidney_R")).toEqual(["kidney:1+2"]);
    expect(merged("Lung, left", "Lung, right")).toEqual(["Lung:1+2"]);
    expect(merged("femur (left)", "femur (right)")).toEqual(["femur:1+2"]);
  });

  it("and nothing else", () => {
    expect(merged("anterior", "posterior", "liver", "4th ventricle")).toHaveLength(4);
    expect(merged("left kidney", "spleen")).toEqual(["left kidney:1", "spleen:2"]);
    expect(merged("left", "right")).toEqual(["left:1", "right:2"]);
    expect(merged("left kidney", "left kidney")).toHaveLength(2);
  });
});
