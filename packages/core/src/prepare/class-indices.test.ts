import { expect, test } from "vitest";
import { classIndices } from "./class-indices.ts";

test("labels become their place in the list, counted from 1; others are background", () => {
  expect([...classIndices({ data: Int32Array.of(0, 17, 4, 53, 9) }, [4, 17, 53])]).toEqual([0, 2, 1, 3, 0]);
});
