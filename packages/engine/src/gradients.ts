import { GraphError, ShapeError } from "./errors.ts";
import { add } from "./ops/arithmetic.ts";
import { formatShape, sameShape, sizeOf } from "./shape.ts";
import { constant, reachable, type Tensor } from "./tensor.ts";

/**
 * d loss / d each tensor of `wrt`, as tensors of the same graph: one reverse sweep over the tensors that lie
 * between `wrt` and the loss, and no others. A tensor that the loss does not depend on gets zeros.
 */
export function gradients(loss: Tensor, wrt: readonly Tensor[]): readonly Tensor[] {
  if (sizeOf(loss.shape) !== 1) throw new ShapeError("gradients", "a scalar loss", formatShape(loss.shape));
  const order = reachable([loss]);
  const needed = new Set<Tensor>(wrt);
  for (const tensor of order) if (tensor.inputs.some((input) => needed.has(input))) needed.add(tensor);

  const collected = new Map<Tensor, Tensor>([[loss, constant([1], loss.shape)]]);
  for (const tensor of [...order].reverse()) {
    const output = collected.get(tensor);
    const wanted = tensor.inputs.map((input) => needed.has(input));
    if (output === undefined || !wanted.includes(true)) continue;
    if (tensor.op.gradient === undefined) {
      throw new GraphError(`${tensor.op.name} has no gradient; the loss must not depend on parameters through it`);
    }
    const products = tensor.op.gradient(tensor, output, wanted);
    for (const [index, input] of tensor.inputs.entries()) {
      const product = products[index];
      if (!wanted[index] || product === undefined) continue;
      if (!sameShape(product.shape, input.shape)) {
        const shapes = `${formatShape(product.shape)} for ${formatShape(input.shape)}`;
        throw new GraphError(`gradient of ${tensor.op.name}: shape ${shapes}`);
      }
      const before = collected.get(input);
      collected.set(input, before === undefined ? product : add(before, product));
    }
  }
  return wrt.map((tensor) => collected.get(tensor) ?? constant(new Float32Array(sizeOf(tensor.shape)), tensor.shape));
}
