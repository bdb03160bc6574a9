import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Loop, outlineLoops } from "./outline-loops.ts";

/** Area inside a loop by the shoelace formula, positive counter-clockwise. */
function area(loop: Loop): number {
  return loop.reduce((sum, [x, y], n) => {
    const [nextX, nextY] = loop[(n + 1) % loop.length];
    return sum + (x * nextY - nextX * y) / 2;
  }, 0);
}

/** The slow twin: sides between a voxel of the class and anything else. */
function countSides(classes: readonly number[], rows: number, columns: number): number {
  let sides = 0;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      if (classes[row * columns + column] !== 1) continue;
      for (const [r, c] of [
        [row - 1, column],
        [row + 1, column],
        [row, column - 1],
        [row, column + 1],
      ]) {
        const outside = r < 0 || c < 0 || r >= rows || c >= columns;
        if (outside || classes[r * columns + c] !== 1) sides++;
      }
    }
  }
  return sides;
}

describe("outline loops", () => {
  it("of one voxel go once around it, counter-clockwise", () => {
    expect(outlineLoops([0, 0, 0, 0, 1, 0, 0, 0, 0], 3, 3, 1)).toEqual([
      [
        [1, 1],
        [2, 1],
        [2, 2],
        [1, 2],
      ],
    ]);
  });

  it("hold every side once, close, and enclose as many voxels as the class has", () => {
    const planes = fc
      .record({ rows: fc.integer({ min: 1, max: 7 }), columns: fc.integer({ min: 1, max: 7 }) })
      .chain(({ rows, columns }) =>
        fc.record({
          rows: fc.constant(rows),
          columns: fc.constant(columns),
          classes: fc.array(fc.integer({ min: 0, max: 2 }), { minLength: rows * columns, maxLength: rows * columns }),
        }),
      );
    fc.assert(
      fc.property(planes, ({ rows, columns, classes }) => {
        const loops = outlineLoops(classes, rows, columns, 1);
        const corners = loops.reduce((sum, loop) => sum + loop.length, 0);
        expect(corners).toBe(countSides(classes, rows, columns));
        for (const loop of loops) {
          for (const [n, [x, y]] of loop.entries()) {
            const [nextX, nextY] = loop[(n + 1) % loop.length];
            expect(Math.abs(nextX - x) + Math.abs(nextY - y)).toBe(1);
          }
        }
        // Loops around holes run clockwise and count negative.
        const enclosed = loops.reduce((sum, loop) => sum + area(loop), 0);
        expect(enclosed).toBe(classes.filter((value) => value === 1).length);
      }),
    );
  });
});
