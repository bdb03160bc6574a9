import { GraphError, ShapeError } from "../errors.ts";
import { formatShape, type Shape, sizeOf } from "../shape.ts";
import { isInput, reachable, type Tensor } from "../tensor.ts";
import { Emitter, encodeAttribute, type OnnxInitializer, type OnnxNode } from "./emitter.ts";
import { LOWERINGS, type Lowerings, type Target } from "./lowerings.ts";
import { DATA_TYPE, ModelProto } from "./schema.ts";

/** Opset 20 is the first with volumetric GridSample. */
const OPSET = 20;
const IR_VERSION = 9;

/** A graph as plain ONNX data: what `encodeModel` writes and `printModel` shows. */
export interface OnnxModel {
  readonly inputs: readonly { readonly name: string; readonly shape: Shape }[];
  readonly outputs: readonly { readonly name: string; readonly shape: Shape }[];
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxInitializer[];
  readonly metadata: Readonly<Record<string, string>>;
}

export interface EmitOptions {
  readonly target: Target;
  /** Departs from the target's own row of the table; the conformance suite runs every lowering this way. */
  readonly lowerings?: Partial<Lowerings>;
  /** Inputs that become constants of the model, for example trained weights. */
  readonly fixed?: Readonly<Record<string, Float32Array>>;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** Writes the tensors that the outputs need, and no others, as ONNX nodes. Names are stable: same graph, same bytes. */
export function emitModel(outputs: Readonly<Record<string, Tensor>>, options: EmitOptions): OnnxModel {
  const tensors = reachable(Object.values(outputs));
  const taken = tensors.filter(isInput).map(({ attributes }) => attributes.name as string);
  const clash = taken.find((name) => name in outputs);
  if (clash !== undefined) throw new GraphError(`"${clash}" names an input and an output`);
  const lowerings = { ...LOWERINGS[options.target], ...options.lowerings };
  const emitter = new Emitter(lowerings, [...taken, ...Object.keys(outputs)]);
  const names = new Map<Tensor, string>();
  const inputs: { name: string; shape: Shape }[] = [];
  for (const tensor of tensors) {
    if (isInput(tensor)) {
      const name = tensor.attributes.name as string;
      const value = options.fixed?.[name];
      if (inputs.some((other) => other.name === name)) throw new GraphError(`two inputs are named "${name}"`);
      if (value !== undefined && value.length !== sizeOf(tensor.shape)) {
        throw new ShapeError(`fixed "${name}"`, `${sizeOf(tensor.shape)} values`, `${value.length}`);
      }
      if (value === undefined) inputs.push({ name, shape: tensor.shape });
      names.set(tensor, value === undefined ? name : emitter.floats(value, tensor.shape));
    } else {
      const inputNames = tensor.inputs.map((source) => names.get(source) as string);
      names.set(tensor, tensor.op.emit(emitter, inputNames, tensor));
    }
  }
  // What makes an output gets the output's name; Identity, a copy, is for outputs that are inputs, constants or twice there.
  const made = new Set(emitter.nodes.flatMap((node) => node.outputs));
  const renamed = new Map<string, string>();
  const copies: OnnxNode[] = [];
  for (const [name, tensor] of Object.entries(outputs)) {
    const source = names.get(tensor) as string;
    if (made.has(source) && !renamed.has(source)) renamed.set(source, name);
    else copies.push({ opType: "Identity", inputs: [source], outputs: [name], attributes: {} });
  }
  const rename = (name: string): string => renamed.get(name) ?? name;
  const nodes = [...emitter.nodes, ...copies].map((node) => ({
    ...node,
    inputs: node.inputs.map(rename),
    outputs: node.outputs.map(rename),
  }));
  const named = Object.entries(outputs).map(([name, { shape }]) => ({ name, shape }));
  return { inputs, outputs: named, nodes, initializers: emitter.initializers, metadata: options.metadata ?? {} };
}

/** Serialized ONNX. */
export function encodeModel(model: OnnxModel): Uint8Array {
  const valueInfo = ({ name, shape }: { name: string; shape: Shape }): unknown => ({
    name,
    type: {
      tensorType: { elemType: DATA_TYPE.float, shape: { dim: shape.map((extent) => ({ dimValue: extent })) } },
    },
  });
  return ModelProto.encode({
    irVersion: IR_VERSION,
    producerName: "voxelsmith",
    opsetImport: [{ domain: "", version: OPSET }],
    metadataProps: Object.entries(model.metadata).map(([key, value]) => ({ key, value })),
    graph: {
      name: "voxelsmith",
      input: model.inputs.map(valueInfo),
      output: model.outputs.map(valueInfo),
      initializer: model.initializers.map(({ name, dims, dataType, data }) => ({
        name,
        dims: [...dims],
        dataType,
        rawData: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
      })),
      node: model.nodes.map((node) => ({
        input: node.inputs,
        output: node.outputs,
        name: node.outputs[0],
        opType: node.opType,
        attribute: Object.entries(node.attributes).map(([name, value]) => encodeAttribute(name, value)),
      })),
    },
  }).finish();
}

/** The graph as text, one node a line, for reading and for snapshots. */
export function printModel(model: OnnxModel): string {
  const value = ({ name, shape }: { name: string; shape: Shape }): string => `${name}: ${formatShape(shape)}`;
  const constants = model.initializers.map(
    ({ name, dims, data }) =>
      `${name} = constant ${formatShape(dims)}${data.length <= 8 ? ` {${[...data].join(", ")}}` : ""}`,
  );
  const nodes = model.nodes.map(({ opType, inputs, outputs, attributes }) => {
    const settings = Object.keys(attributes).length > 0 ? ` ${JSON.stringify(attributes)}` : "";
    return `${outputs.join(", ")} = ${opType}(${inputs.join(", ")})${settings}`;
  });
  const head = `graph(${model.inputs.map(value).join(", ")}) -> (${model.outputs.map(value).join(", ")})`;
  return [head, ...constants, ...nodes].map((line, index) => (index === 0 ? line : `  ${line}`)).join("\n");
}
