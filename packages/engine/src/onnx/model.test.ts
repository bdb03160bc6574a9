import { describe, expect, it } from "vitest";
import { GraphError, ShapeError } from "../errors.ts";
import { gradients } from "../gradients.ts";
import { leakyRelu, softmax } from "../ops/activation.ts";
import { add, mul } from "../ops/arithmetic.ts";
import { conv } from "../ops/conv.ts";
import { reduceSum } from "../ops/reduce.ts";
import { reshape } from "../ops/reshape.ts";
import { warp } from "../ops/sample.ts";
import { createRandom } from "../random.ts";
import { compile, loadModel } from "../runtime/session.ts";
import { constant, input } from "../tensor.ts";
import { emitModel, encodeModel, printModel } from "./model.ts";
import { ModelProto } from "./schema.ts";

const image = input("image", [1, 1, 4, 4]);
const weight = input("weight", [2, 1, 3, 3]);
const bias = input("bias", [2]);
const logits = leakyRelu(conv(image, weight, bias), 0.2);
const print = (outputs: Parameters<typeof emitModel>[0], target: "cpu" | "webgpu" = "cpu"): string =>
  printModel(emitModel(outputs, { target }));

describe("emitted graphs", () => {
  it("a convolution layer", () => {
    expect(print({ logits })).toMatchInlineSnapshot(`
      "graph(image: [1, 1, 4, 4], weight: [2, 1, 3, 3], bias: [2]) -> (logits: [1, 2, 4, 4])
        t0 = Conv(image, weight, bias) {"kernel_shape":[3,3],"strides":[1,1],"dilations":[1,1],"pads":[1,1,1,1]}
        logits = LeakyRelu(t0) {"alpha":{"float":0.2}}"
    `);
  });

  it("its gradient with respect to the bias", () => {
    const [g] = gradients(reshape(reduceSum(logits), []), [bias]);
    expect(print({ g })).toMatchInlineSnapshot(`
      "graph(image: [1, 1, 4, 4], weight: [2, 1, 3, 3], bias: [2]) -> (g: [2])
        t2 = constant [] {1}
        t3 = constant [4] {1, 1, 1, 1}
        t5 = constant [4] {1, 2, 4, 4}
        t7 = constant [] {1.0000000150474662e+30}
        t9 = constant [] {0.20000000298023224}
        t12 = constant [3] {0, 2, 3}
        t14 = constant [1] {2}
        t0 = Conv(image, weight, bias) {"kernel_shape":[3,3],"strides":[1,1],"dilations":[1,1],"pads":[1,1,1,1]}
        t1 = LeakyRelu(t0) {"alpha":{"float":0.2}}
        t4 = Reshape(t2, t3)
        t6 = Expand(t4, t5)
        t8 = Mul(t1, t7)
        t10 = Clip(t8, t9, t2)
        t11 = Mul(t6, t10)
        t13 = ReduceSum(t11, t12) {"keepdims":1}
        g = Reshape(t13, t14)"
    `);
  });

  it("softmax over channels", () => {
    expect(print({ p: softmax(input("x", [1, 3, 2])) })).toMatchInlineSnapshot(`
      "graph(x: [1, 3, 2]) -> (p: [1, 3, 2])
        t0 = constant [1] {1}
        t1 = ReduceMax(x, t0) {"keepdims":1}
        t2 = Sub(x, t1)
        t3 = Exp(t2)
        t4 = ReduceSum(t3, t0) {"keepdims":1}
        t5 = Log(t4)
        t6 = Sub(t2, t5)
        p = Exp(t6)"
    `);
  });

  it("a warp on the CPU and on WebGPU", () => {
    const warped = warp(image, input("field", [1, 2, 4, 4]));
    expect(print({ warped })).toMatchInlineSnapshot(`
      "graph(image: [1, 1, 4, 4], field: [1, 2, 4, 4]) -> (warped: [1, 1, 4, 4])
        t0 = constant [1, 2, 4, 4]
        t2 = constant [2, 2, 1, 1] {0, 0.6666666865348816, 0.6666666865348816, 0}
        t3 = constant [2] {-1, -1}
        t1 = Add(field, t0)
        t4 = Conv(t1, t2, t3) {"kernel_shape":[1,1]}
        t5 = Transpose(t4) {"perm":[0,2,3,1]}
        warped = GridSample(image, t5) {"mode":"linear","padding_mode":"border","align_corners":1}"
    `);
    expect(print({ warped }, "webgpu")).toMatchInlineSnapshot(`
      "graph(image: [1, 1, 4, 4], field: [1, 2, 4, 4]) -> (warped: [1, 1, 4, 4])
        t0 = constant [1, 2, 4, 4]
        t2 = constant [3] {1, 2, 16}
        t4 = constant [] {0}
        t6 = constant [1, 2, 1] {3, 3}
        t9 = constant [1, 2, 1] {2, 2}
        t12 = constant [] {1}
        t14 = constant [1, 2, 1] {4, 1}
        t16 = constant [1] {1}
        t19 = constant [1] {0}
        t21 = constant [1] {2}
        t24 = constant [] {4}
        t31 = constant [] {5}
        t34 = constant [2] {1, 16}
        t36 = constant [1] {16}
        t60 = constant [4] {1, 1, 4, 4}
        t1 = Add(field, t0)
        t3 = Reshape(t1, t2)
        t5 = Max(t3, t4)
        t7 = Min(t5, t6)
        t8 = Floor(t7)
        t10 = Min(t8, t9)
        t11 = Sub(t7, t10)
        t13 = Sub(t12, t11)
        t15 = Mul(t10, t14)
        t17 = ReduceSum(t15, t16) {"keepdims":0}
        t18 = Add(t17, t4)
        t20 = Slice(t13, t19, t16, t16)
        t22 = Slice(t13, t16, t21, t16)
        t23 = Mul(t20, t22)
        t25 = Add(t17, t24)
        t26 = Slice(t11, t19, t16, t16)
        t27 = Mul(t26, t22)
        t28 = Add(t17, t12)
        t29 = Slice(t11, t16, t21, t16)
        t30 = Mul(t20, t29)
        t32 = Add(t17, t31)
        t33 = Mul(t26, t29)
        t35 = Reshape(image, t34)
        t37 = Reshape(t18, t36)
        t38 = Cast(t37) {"to":6}
        t39 = Gather(t35, t38) {"axis":1}
        t40 = Reshape(t23, t34)
        t41 = Mul(t39, t40)
        t42 = Reshape(t25, t36)
        t43 = Cast(t42) {"to":6}
        t44 = Gather(t35, t43) {"axis":1}
        t45 = Reshape(t27, t34)
        t46 = Mul(t44, t45)
        t47 = Reshape(t28, t36)
        t48 = Cast(t47) {"to":6}
        t49 = Gather(t35, t48) {"axis":1}
        t50 = Reshape(t30, t34)
        t51 = Mul(t49, t50)
        t52 = Reshape(t32, t36)
        t53 = Cast(t52) {"to":6}
        t54 = Gather(t35, t53) {"axis":1}
        t55 = Reshape(t33, t34)
        t56 = Mul(t54, t55)
        t57 = Add(t41, t46)
        t58 = Add(t57, t51)
        t59 = Add(t58, t56)
        warped = Reshape(t59, t60)"
    `);
  });

  it("hold the same node once, and none that the outputs do not need", () => {
    const x = input("x", [2]);
    mul(x, 7); // made, but not asked for
    const { nodes } = emitModel({ y: add(mul(x, 2), mul(x, 2)) }, { target: "cpu" });
    expect(nodes.map(({ opType }) => opType)).toEqual(["Mul", "Add"]);
  });

  it("are the same bytes for the same graph", () => {
    const bytes = (): Uint8Array => encodeModel(emitModel({ logits }, { target: "cpu" }));
    expect(bytes()).toEqual(bytes());
  });

  it("have names that cannot clash with the user's", async () => {
    const [t0, t1] = [input("t0", [1]), input("t1", [1])];
    const session = await compile({ t2: add(t0, mul(t1, 2)), t3: mul(t0, t1) });
    const results = await session.run({ t0: Float32Array.of(3), t1: Float32Array.of(5) });
    expect([results.t2[0], results.t3[0]]).toEqual([13, 15]);
    await session.dispose();
    expect(() => emitModel({ t0: add(t0, t1) }, { target: "cpu" })).toThrow(GraphError);
    expect(() => emitModel({ y: add(t0, input("t0", [1])) }, { target: "cpu" })).toThrow(/two inputs are named "t0"/);
  });

  it("give an input and a constant back as outputs", async () => {
    const x = input("x", [2]);
    const session = await compile({ same: x, fixed: constant([5], [1]) });
    const { same, fixed } = await session.run({ x: Float32Array.of(1, 2) });
    expect([...same, ...fixed]).toEqual([1, 2, 5]);
    await session.dispose();
  });
});

describe("an exported model", () => {
  const random = createRandom(1);
  const fixed = { weight: random.normals(18), bias: random.normals(2) };
  const metadata = { labels: '["background","left"]', spacingMm: "[1,1,1.5]" };
  const model = emitModel({ probabilities: softmax(logits) }, { target: "cpu", fixed, metadata });

  it("runs with the weights inside and only the image as input", async () => {
    expect(model.inputs).toEqual([{ name: "image", shape: [1, 1, 4, 4] }]);
    const shapes = { image: [1, 1, 4, 4] };
    const exported = await loadModel(encodeModel(model), shapes, { probabilities: [1, 2, 4, 4] });
    const fed = await compile({ probabilities: softmax(logits) });
    const values = random.normals(16);
    const alone = await exported.run({ image: values });
    const together = await fed.run({ image: values, ...fixed });
    expect([...alone.probabilities]).toEqual([...together.probabilities]);
    await exported.dispose();
    await fed.dispose();
  });

  it("carries its metadata, opset and producer", () => {
    const decoded = ModelProto.toObject(ModelProto.decode(encodeModel(model)), { longs: Number });
    expect(
      Object.fromEntries(decoded.metadataProps.map(({ key, value }: Record<string, string>) => [key, value])),
    ).toEqual(metadata);
    expect(decoded.producerName).toBe("voxelsmith");
    expect(decoded.opsetImport).toEqual([{ version: 20 }]); // the empty domain is the default one
  });

  it("refuses weights of the wrong size", () => {
    const wrong = { weight: new Float32Array(3) };
    expect(() => emitModel({ logits }, { target: "cpu", fixed: wrong })).toThrow(ShapeError);
  });

  it("is refused when it is no model", async () => {
    const bytes = new Uint8Array([1, 2, 3]);
    await expect(loadModel(bytes, {}, {})).rejects.toMatchObject({ name: "DeviceError", device: "cpu" });
  });
});
