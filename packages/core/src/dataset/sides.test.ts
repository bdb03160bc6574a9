import { expect, test } from "vitest";
import { otherSide } from "./sides.ts";

test.each([
  ["left hippocampus", "right hippocampus"],
  ["Right-Cerebral-White-Matter", "Left-Cerebral-White-Matter"],
  ["hippocampus_left", "hippocampus_right"],
  ["ctx-lh-insula", "ctx-rh-insula"],
  ["Hippocampus_L", "Hippocampus_R"],
  ["l.amygdala", "r.amygdala"],
  ["KIDNEY LEFT", "KIDNEY RIGHT"],
])("%s lies across from %s", (one, other) => {
  expect(otherSide(one)).toBe(other);
  expect(otherSide(other)).toBe(one);
});

test.each(["brain stem", "3rd ventricle", "L1 vertebra", "copyrighted", "liver", "bright spot", "C1 r2"])(
  "%s has no side",
  (name) => {
    expect(otherSide(name)).toBe(name);
  },
);
