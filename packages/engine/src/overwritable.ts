import { addOp, divOp, mulOp, subOp } from "./ops/arithmetic.ts";
import { sizeOf } from "./shape.ts";
import { isInput, type Op, reachable, type Tensor } from "./tensor.ts";

/** Ops that read an input once, element by element, and whose result is never a view of it. */
const ELEMENTWISE: readonly Op[] = [addOp, divOp, mulOp, subOp];

/**
 * Names of inputs whose memory the output `next/NAME` may take: nobody reads the input once the output is written.
 * Proven on the graph: every op that reads the input is element-wise and lies on a way to the output, so that it has
 * run, in any order that respects the graph, before the op that writes. A moment of Adam is such an input; a parameter
 * is not, because the reverse sweep of other layers reads it after its own gradient is known.
 */
export function overwritableInputs(outputs: Readonly<Record<string, Tensor>>): ReadonlySet<string> {
  const tensors = reachable(Object.values(outputs));
  const inputs = tensors.filter(isInput);
  const readers = new Map<Tensor, Tensor[]>(inputs.map((tensor) => [tensor, []]));
  for (const tensor of tensors) {
    for (const source of new Set(tensor.inputs)) readers.get(source)?.push(tensor);
  }
  const names = inputs.flatMap((source) => {
    const name = source.attributes.name as string;
    const target = outputs[`next/${name}`];
    const own = readers.get(source) ?? [];
    const safe =
      target !== undefined &&
      sizeOf(target.shape) === sizeOf(source.shape) &&
      own.length > 0 &&
      own.every((reader) => reader !== target && ELEMENTWISE.includes(reader.op)) &&
      allLeadTo(target, own) &&
      Object.values(outputs).every((output) => output !== source && !own.includes(output));
    return safe ? [name] : [];
  });
  return new Set(names);
}

/** Whether all of `sources` are among what the target is computed from. */
function allLeadTo(target: Tensor, sources: readonly Tensor[]): boolean {
  // Inputs have smaller ids than what is made of them, so that nothing before the first source can lead to one.
  const first = Math.min(...sources.map(({ id }) => id));
  const found = new Set<Tensor>();
  const stack = [...target.inputs];
  while (stack.length > 0) {
    const tensor = stack.pop() as Tensor;
    if (tensor.id < first || found.has(tensor)) continue;
    found.add(tensor);
    stack.push(...tensor.inputs);
  }
  return sources.every((source) => found.has(source));
}
