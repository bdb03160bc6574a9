import { GraphError, ShapeError } from "./errors.ts";
import type { Emitter } from "./onnx/emitter.ts";
import { formatShape, type Shape, sizeOf } from "./shape.ts";

type AttributeValue = number | string | boolean | readonly number[] | Float32Array;
export type Attributes = Readonly<Record<string, AttributeValue>>;

/**
 * A symbolic float32 tensor: the op that makes it and that op's inputs. A graph is nothing but the tensors
 * reachable from its outputs; shapes are static, so every shape error is raised where the tensor is made.
 */
export interface Tensor {
  /** Grows with creation: an op's inputs always have smaller ids than its output. */
  readonly id: number;
  readonly op: Op;
  readonly inputs: readonly Tensor[];
  readonly attributes: Attributes;
  readonly shape: Shape;
}

/** One op: shape rule, ONNX emission and gradient, together in one file. */
export interface Op {
  readonly name: string;
  /** The output's shape, or a `ShapeError`. */
  infer(inputs: readonly Tensor[], attributes: Attributes): Shape;
  /** Adds ONNX nodes; returns the name of the output. */
  emit(emitter: Emitter, inputs: readonly string[], tensor: Tensor): string;
  /**
   * Vector-Jacobian products, one for each input, built from ops again. `wanted[i]` is false where nobody asks.
   * Absent: the op cannot be differentiated (a comparison, or a gradient that nobody needs twice).
   */
  gradient?(tensor: Tensor, output: Tensor, wanted: readonly boolean[]): readonly (Tensor | undefined)[];
}

let nextId = 0;

/** Applies an op: checks shapes and returns the symbolic result. */
export function apply(op: Op, inputs: readonly Tensor[], attributes: Attributes = {}): Tensor {
  const shape = op.infer(inputs, attributes);
  return { id: nextId++, op, inputs, attributes, shape };
}

const inputOp: Op = {
  name: "input",
  infer: (_inputs, attributes) => attributes.shape as Shape,
  emit: () => {
    throw new GraphError("an input is declared, never emitted");
  },
  gradient: () => [],
};

const constantOp: Op = {
  name: "constant",
  infer: (_inputs, attributes) => attributes.shape as Shape,
  emit: (emitter, _inputs, tensor) => emitter.floats(tensor.attributes.values as Float32Array, tensor.shape),
  gradient: () => [],
};

/** A named input of the graph. */
export function input(name: string, shape: Shape): Tensor {
  if (shape.some((extent) => !Number.isInteger(extent) || extent < 1)) {
    throw new ShapeError(`input "${name}"`, "positive integer extents", formatShape(shape));
  }
  return apply(inputOp, [], { name, shape: [...shape] });
}

/** Values that are part of the graph. */
export function constant(values: ArrayLike<number>, shape: Shape): Tensor {
  if (values.length !== sizeOf(shape)) {
    throw new ShapeError("constant", `${sizeOf(shape)} values for ${formatShape(shape)}`, `${values.length}`);
  }
  return apply(constantOp, [], { values: Float32Array.from(values), shape: [...shape] });
}

export function scalar(value: number): Tensor {
  return constant([value], []);
}

/** Where a function takes a tensor or a plain number. */
export function asTensor(value: Tensor | number): Tensor {
  return typeof value === "number" ? scalar(value) : value;
}

export function isInput(tensor: Tensor): boolean {
  return tensor.op === inputOp;
}

/** All tensors that the outputs need, in an order in which they can be computed. */
export function reachable(outputs: readonly Tensor[]): readonly Tensor[] {
  const found = new Set<Tensor>();
  const stack = [...outputs];
  while (stack.length > 0) {
    const tensor = stack.pop() as Tensor;
    if (found.has(tensor)) continue;
    found.add(tensor);
    stack.push(...tensor.inputs);
  }
  return [...found].sort((a, b) => a.id - b.id);
}
