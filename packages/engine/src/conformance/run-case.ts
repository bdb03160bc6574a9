import { gradients } from "../gradients.ts";
import type { Lowerings } from "../onnx/lowerings.ts";
import { add, mul } from "../ops/arithmetic.ts";
import { reduceSum } from "../ops/reduce.ts";
import { reshape } from "../ops/reshape.ts";
import { createRandom } from "../random.ts";
import { compile, type Device } from "../runtime/session.ts";
import { input, type Tensor } from "../tensor.ts";
import type { NdArray } from "./nd-array.ts";
import type { OpCase } from "./op-case.ts";

export interface CaseOptions {
  readonly device: Device;
  readonly lowerings?: Partial<Lowerings>;
  readonly forbidCpuFallback?: boolean;
  /** Compare the gradients too. */
  readonly differentiate: boolean;
}

/** What the engine computed beside what the twin says. */
export interface Comparison {
  readonly what: string;
  readonly shape: readonly number[];
  readonly got: ArrayLike<number>;
  readonly expected: NdArray;
}

const listOf = <T>(value: T | readonly T[]): readonly T[] => (Array.isArray(value) ? value : [value as T]);

/** Step of the central differences on the twin: float64, so the error is about 1e-10. */
const STEP = 1e-5;

/**
 * Runs a case on a device: its outputs, and the gradient of a randomly weighted sum of all outputs with respect to
 * every differentiable input, against central differences of the float64 twin.
 */
export async function runCase(op: string, opCase: OpCase, options: CaseOptions): Promise<readonly Comparison[]> {
  const random = createRandom(7, op, opCase.name);
  const values = opCase.inputs.map((draw) => Float32Array.from(draw.values(random)));
  const tensors = opCase.inputs.map(({ shape }, index) => input(`x${index}`, shape));
  const arrays = opCase.inputs.map(({ shape }, index) => ({ shape, data: Float64Array.from(values[index]) }));
  const built = listOf<Tensor>(opCase.build(...tensors));
  const expected = listOf<NdArray>(opCase.twin(...arrays));
  const weights = expected.map((y) => Float32Array.from(y.data, () => random.between(-1, 1)));
  const outputs: Record<string, Tensor> = Object.fromEntries(built.map((y, index) => [`y${index}`, y]));
  const asked = opCase.inputs.flatMap(({ differentiable }, index) => (differentiable ? [index] : []));
  if (options.differentiate && asked.length > 0) {
    const loss = built
      .map((y, index) => reshape(reduceSum(mul(y, input(`w${index}`, y.shape))), []))
      .reduce((sum, part) => add(sum, part));
    const found = gradients(
      loss,
      asked.map((index) => tensors[index]),
    );
    for (const [position, index] of asked.entries()) outputs[`g${index}`] = found[position];
  }
  const session = await compile(outputs, options);
  const all: Record<string, Float32Array> = {};
  for (const [index, data] of values.entries()) all[`x${index}`] = data;
  for (const [index, data] of weights.entries()) all[`w${index}`] = data;
  const results = await session.run(Object.fromEntries(Object.keys(session.inputs).map((name) => [name, all[name]])));
  const shapes = session.outputs;
  await session.dispose();
  const compare = (name: string, what: string, twin: NdArray): Comparison => ({
    what,
    shape: shapes[name],
    got: results[name],
    expected: twin,
  });
  const weightedSum = (...moved: readonly NdArray[]): number =>
    listOf<NdArray>(opCase.twin(...moved)).reduce(
      (sum, y, index) => sum + y.data.reduce((part, value, i) => part + value * weights[index][i], 0),
      0,
    );
  return [
    ...expected.map((y, index) => compare(`y${index}`, `output ${index}`, y)),
    ...(options.differentiate ? asked : []).map((index) =>
      compare(`g${index}`, `gradient of input ${index}`, centralDifferences(weightedSum, arrays, index)),
    ),
  ];
}

function centralDifferences(f: (...x: readonly NdArray[]) => number, at: readonly NdArray[], which: number): NdArray {
  const moved = at.map((x) => ({ shape: x.shape, data: x.data.slice() }));
  const { shape, data } = moved[which];
  const slopes = data.map((value, i) => {
    data[i] = value + STEP;
    const above = f(...moved);
    data[i] = value - STEP;
    const below = f(...moved);
    data[i] = value;
    return (above - below) / (2 * STEP);
  });
  return { shape, data: slopes };
}

/** The largest |got - expected| / (atol + rtol |expected|); above 1 is a failure. */
export function worstRatio({ got, expected }: Comparison, rtol: number, atol: number): number {
  let worst = 0;
  for (let i = 0; i < expected.data.length; i++) {
    const ratio = Math.abs(got[i] - expected.data[i]) / (atol + rtol * Math.abs(expected.data[i]));
    worst = Number.isNaN(ratio) ? Number.POSITIVE_INFINITY : Math.max(worst, ratio);
  }
  return worst;
}
