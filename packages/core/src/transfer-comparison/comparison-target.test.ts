import { describe, expect, it } from "vitest";
import { tinyTransferComparison } from "../../test-support/tiny-transfer-comparison.ts";
import { type ComparisonTarget, drawLabeled, labeledSizes, splitsOf } from "./comparison-target.ts";
import { readSubjects } from "./read-subjects.ts";

/** 24 images of 12 people, a third of them of the class `odd`. */
function classification(folds: number): ComparisonTarget {
  const cases = Array.from({ length: 24 }, (_, n) => ({
    id: `c${n}`,
    image: `c${n}.nii.gz`,
    class: (n >> 1) % 3 === 0 ? "odd" : "even",
  }));
  const subjects = Object.fromEntries(cases.map(({ id }, n) => [id, `p${n >> 1}`]));
  const [train, validation, test] = [cases.slice(0, 12), cases.slice(12, 18), cases.slice(18)];
  const manifest = { task: "classification", name: "set", classes: ["even", "odd"], train, validation, test } as const;
  return { name: "set", folds, subjects, manifest };
}
const person = (id: string): number => Number(id.slice(1)) >> 1;

describe("rounds of a target", () => {
  it("one round is the data set's own split", () => {
    const [only, ...others] = splitsOf(classification(1), 3);
    expect(others).toEqual([]);
    expect([only.train.length, only.validation.length, only.test.length]).toEqual([12, 6, 6]);
  });

  it("in folds every case is tested once, classes are even, and nobody is on two sides", () => {
    const rounds = splitsOf(classification(4), 3);
    expect(rounds.flatMap(({ test }) => test).sort()).toEqual(Array.from({ length: 24 }, (_, n) => `c${n}`).sort());
    for (const { train, validation, test } of rounds) {
      const sides = [train, validation, test].map((ids) => new Set(ids.map(person)));
      expect(sides.map(({ size }) => size)).toEqual([6, 3, 3]);
      expect(new Set(sides.flatMap((side) => [...side])).size).toBe(12);
      for (const side of sides) expect([...side].filter((one) => one % 3 === 0).length * 3).toBe(side.size);
    }
    expect(splitsOf(classification(4), 4)).not.toEqual(rounds);
  });
});

describe("labeled cases", () => {
  const target = classification(1);
  const { train } = splitsOf(target, 1)[0];

  it("are drawn by seed, nested, as many of each class as there are", () => {
    const draws = [2, 4, 6, 9].map((count) => drawLabeled(target, train, count, 7));
    for (const [index, draw] of draws.entries()) {
      expect(draws[index + 1]?.slice(0, draw.length) ?? draw).toEqual(draw);
      const odd = draw.filter((id) => person(id) % 3 === 0).length;
      expect(odd).toBe(Math.min(draw.length >> 1, 4));
    }
    expect(drawLabeled(target, train, 1, 7)).toHaveLength(2);
    expect(drawLabeled(target, train, 9, 8)).not.toEqual(draws[3]);
  });

  it("numbers that a target has not become those that it has, and it is said", () => {
    expect(labeledSizes(target, [20, 1, 5, "all", 2], 1)).toEqual({
      sizes: [
        { labeled: 2, isAll: false },
        { labeled: 5, isAll: false },
        { labeled: 12, isAll: true },
      ],
      notes: [
        "set: all 12 labeled cases in place of 20, because there are no more",
        "set: 2 labeled cases in place of 1, one of each class",
      ],
    });
    const [balls] = tinyTransferComparison().targets;
    expect(labeledSizes(balls, [1, 4], 1)).toEqual({
      sizes: [
        { labeled: 1, isAll: false },
        { labeled: 4, isAll: true },
      ],
      notes: [],
    });
  });
});

it("subjects come from a column of the list", () => {
  expect(readSubjects("image,class,subject\na/x.nii.gz,1,ann\na/y.nii.gz,2,\n", "list")).toEqual({ x: "ann" });
  expect(readSubjects("id,class\nx,1\n", "list")).toEqual({});
});
