import { ModelProto, TensorProto } from "../onnx/schema.ts";
import type { Shape } from "../shape.ts";

/** A value of an ONNX test, whatever its type, as numbers. */
export interface TestValue {
  readonly name: string;
  readonly shape: Shape;
  readonly dtype: "float32" | "int64" | "int32" | "other";
  readonly data: readonly number[];
}

/** One golden case of ONNX's own tests: one operator (rarely a few), inputs and the outputs that must come. */
export interface NodeTest {
  readonly name: string;
  /** The operator; where the case has several, all of them joined by a plus. */
  readonly op: string;
  readonly domain: string;
  readonly opset: number;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** In the operator's order, initializers included; an input that is left out has an empty name and no data. */
  readonly inputs: readonly TestValue[];
  readonly outputs: readonly TestValue[];
  readonly model: Uint8Array;
}

/** One row of index.json. */
export interface IndexEntry {
  readonly test: string;
  readonly opset: Readonly<Record<string, number>>;
  readonly ops: readonly {
    readonly op: string;
    readonly domain?: string;
    readonly attributes: Readonly<Record<string, unknown>>;
    readonly inputs: readonly string[];
  }[];
  readonly data: { readonly test_data_set_0: { readonly inputs: readonly File[]; readonly outputs: readonly File[] } };
}

interface File {
  readonly file: string;
  readonly name: string;
}

interface DecodedTensor {
  readonly dims: readonly unknown[];
  readonly dataType: number;
  readonly name: string;
  readonly rawData: Uint8Array;
  readonly floatData: readonly number[];
  readonly int32Data: readonly number[];
  readonly int64Data: readonly unknown[];
}

interface DecodedModel {
  readonly graph: {
    readonly initializer: readonly DecodedTensor[];
    readonly input: readonly { readonly name: string }[];
    readonly output: readonly { readonly name: string }[];
  };
}

const DTYPES = { 1: "float32", 6: "int32", 7: "int64" } as const;

function readTensor(tensor: DecodedTensor, name: string): TestValue {
  const dtype = tensor.dataType in DTYPES ? DTYPES[tensor.dataType as keyof typeof DTYPES] : "other";
  const raw = new Uint8Array(tensor.rawData).buffer;
  const bits: Readonly<Record<TestValue["dtype"], () => readonly number[]>> = {
    float32: () => [...(raw.byteLength > 0 ? new Float32Array(raw) : tensor.floatData)],
    int32: () => [...(raw.byteLength > 0 ? new Int32Array(raw) : tensor.int32Data)],
    int64: () => (raw.byteLength > 0 ? [...new BigInt64Array(raw)] : tensor.int64Data).map(Number),
    other: () => [],
  };
  return { name, shape: tensor.dims.map(Number), dtype, data: bits[dtype]() };
}

/** Puts a case together from its row in the index and its files. */
export function readNodeTest(entry: IndexEntry, read: (file: string) => Uint8Array): NodeTest {
  const model = read(`${entry.test}/model.onnx`);
  const { graph } = ModelProto.decode(model) as unknown as DecodedModel;
  const initializers = new Map(graph.initializer.map((tensor) => [tensor.name, readTensor(tensor, tensor.name)]));
  const fed = graph.input.map(({ name }) => name).filter((name) => !initializers.has(name));
  const { inputs, outputs } = entry.data.test_data_set_0;
  const load = ({ file }: File, name: string): TestValue => {
    const bytes = read(`${entry.test}/test_data_set_0/${file}`);
    return readTensor(TensorProto.decode(bytes) as unknown as DecodedTensor, name);
  };
  const values = new Map(initializers);
  for (const [index, file] of inputs.entries()) values.set(fed[index], load(file, fed[index]));
  const nothing: TestValue = { name: "", shape: [], dtype: "other", data: [] };
  const [first] = entry.ops;
  const names = entry.ops.length === 1 ? first.inputs : fed;
  const domain = first.domain ?? "";
  return {
    name: entry.test,
    op: entry.ops.map(({ op }) => op).join("+"),
    domain,
    opset: entry.opset[domain === "" ? "ai.onnx" : domain] ?? entry.opset[""] ?? 0,
    attributes: first.attributes,
    inputs: names.map((name) => values.get(name) ?? nothing),
    outputs: outputs.map((file, index) => load(file, graph.output[index].name)),
    model,
  };
}

/** The golden model with every input that is not float32 made a constant, as `loadModel` feeds float32 only. */
export function withFixedIntegers(test: NodeTest): Uint8Array {
  const decoded = ModelProto.decode(test.model) as unknown as DecodedModel & Record<string, unknown>;
  const fixed = test.inputs.filter(({ dtype }) => dtype === "int64" || dtype === "int32");
  if (fixed.length === 0) return test.model;
  const initializer = fixed.map(({ name, shape, dtype, data }) => {
    const values = dtype === "int64" ? BigInt64Array.from(data, BigInt) : Int32Array.from(data);
    return { name, dims: [...shape], dataType: dtype === "int64" ? 7 : 6, rawData: new Uint8Array(values.buffer) };
  });
  const isFixed = (name: string): boolean => fixed.some((value) => value.name === name);
  const graph = {
    ...decoded.graph,
    initializer: [...decoded.graph.initializer, ...initializer],
    input: decoded.graph.input.filter(({ name }) => !isFixed(name)),
  };
  return ModelProto.encode({ ...decoded, graph }).finish();
}
