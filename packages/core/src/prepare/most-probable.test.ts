import { expect, test } from "vitest";
import { mostProbable } from "./most-probable.ts";

test("each voxel gets the class with the largest probability, of equal ones the first", () => {
  const probabilities = Float32Array.of(...[0.1, 0.5, 0.4, 0], ...[0.2, 0.5, 0.3, 0], ...[0.7, 0, 0.3, 0]);
  expect([...mostProbable(probabilities, 3)]).toEqual([2, 0, 0, 0]);
});
