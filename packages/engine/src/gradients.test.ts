import { describe, expect, it } from "vitest";
import { GraphError, ShapeError } from "./errors.ts";
import { gradients } from "./gradients.ts";
import { leakyRelu } from "./ops/activation.ts";
import { add, mul } from "./ops/arithmetic.ts";
import { greater } from "./ops/compare.ts";
import { conv } from "./ops/conv.ts";
import { reduceSum } from "./ops/reduce.ts";
import { reshape } from "./ops/reshape.ts";
import { sampleAt } from "./ops/sample.ts";
import { exp, floor } from "./ops/unary.ts";
import { compile } from "./runtime/session.ts";
import { input, reachable, type Tensor } from "./tensor.ts";

const sum = (x: Tensor): Tensor => reshape(reduceSum(x), []);
const opsOf = (outputs: readonly Tensor[]): readonly string[] => reachable(outputs).map(({ op }) => op.name);

async function evaluate(tensor: Tensor, feeds: Record<string, readonly number[]>): Promise<number[]> {
  const session = await compile({ y: tensor });
  const all = Object.fromEntries(Object.keys(session.inputs).map((name) => [name, Float32Array.from(feeds[name])]));
  const { y } = await session.run(all);
  await session.dispose();
  return [...y];
}

describe("gradients", () => {
  it("adds up over every way that leads to a tensor", async () => {
    const x = input("x", [2]);
    const [g] = gradients(sum(add(mul(x, x), mul(x, 3))), [x]); // 2 x + 3
    expect(await evaluate(g, { x: [1, -2] })).toEqual([5, -1]);
  });

  it("can be taken again", async () => {
    const x = input("x", [2]);
    const [first] = gradients(sum(mul(x, mul(x, x))), [x]); // 3 x^2
    const [second] = gradients(sum(first), [x]); // 6 x
    expect(await evaluate(second, { x: [1, -2] })).toEqual([6, -12]);
  });

  it("is taken with respect to tensors in the middle as well", async () => {
    const x = input("x", [2]);
    const middle = exp(x);
    const [g] = gradients(sum(mul(middle, middle)), [middle]);
    expect((await evaluate(g, { x: [0, 0] })).map(Math.round)).toEqual([2, 2]);
  });

  it("is zero for what the loss does not depend on", async () => {
    const [x, other] = [input("x", [2]), input("other", [3])];
    const [g] = gradients(sum(x), [other]);
    expect(await evaluate(g, {})).toEqual([0, 0, 0]);
  });

  it("builds nothing that does not lead to what was asked for", () => {
    const image = input("image", [1, 2, 6, 6]);
    const weight = input("weight", [3, 2, 3, 3]);
    const loss = sum(mul(conv(image, weight), 2));
    const forward = opsOf([loss]).filter((name) => name === "conv").length;
    expect(forward).toBe(1);
    // The image's gradient would be a second conv, the weight's is its own op.
    const wrtWeight = opsOf(gradients(loss, [weight]));
    expect(wrtWeight.filter((name) => name === "conv")).toHaveLength(0);
    expect(wrtWeight).toContain("convWeightGradient");
    const wrtImage = opsOf(gradients(loss, [image]));
    expect(wrtImage).not.toContain("convWeightGradient");
  });

  it("passes by an op without gradient where nobody asks", () => {
    const [x, y] = [input("x", [2]), input("y", [2])];
    expect(() => gradients(sum(mul(floor(x), y)), [y])).not.toThrow();
    expect(() => gradients(sum(mul(floor(x), y)), [x])).toThrow(GraphError);
    expect(() => gradients(sum(mul(greater(x, 0), y)), [x])).toThrow(/greater has no gradient/);
  });

  it("says what it needs", () => {
    const x = input("x", [2]);
    expect(() => gradients(x, [x])).toThrow(ShapeError);
    const image = input("image", [1, 1, 3, 3]);
    const at = input("at", [1, 2, 3, 3]);
    expect(() => gradients(sum(sampleAt(image, at, "nearest")), [at])).toThrow(/sampleAt/);
    // Its gradient reads the side off the output's sign, which a negative slope would turn around.
    expect(() => leakyRelu(x, -0.1)).toThrow(GraphError);
  });
});
