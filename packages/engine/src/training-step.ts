import { GraphError } from "./errors.ts";
import { gradients } from "./gradients.ts";
import {
  initializeWeights,
  type ParameterSpecs,
  type Parameters,
  parameterCount,
  type Weights,
} from "./nn/parameters.ts";
import { add, div, mul, sub } from "./ops/arithmetic.ts";
import { minimum } from "./ops/compare.ts";
import { reshape } from "./ops/reshape.ts";
import { concat, sliceAxis } from "./ops/slice.ts";
import { clipGradient, globalNorm, type Optimizer } from "./optim/optimizer.ts";
import { learningRateTensor } from "./optim/schedule.ts";
import { type CompileOptions, compile } from "./runtime/session.ts";
import { type Shape, sizeOf } from "./shape.ts";
import { input, type Tensor } from "./tensor.ts";

export interface TrainingStep<Inputs extends string = string> {
  readonly inputs: Readonly<Record<Inputs, Shape>>;
  readonly parameters: ParameterSpecs;
  /** From inputs and parameters to the scalar that is minimized, and scalars that are only reported. */
  loss(inputs: Readonly<Record<Inputs, Tensor>>, parameters: Parameters): LossTerms;
  readonly optimizer: Optimizer;
  /** Keep an exponential moving average of the weights (Polyak and Juditsky 1992), for example 0.99. */
  readonly averageDecay?: number;
}

export interface LossTerms {
  readonly loss: Tensor;
  readonly report?: Readonly<Record<string, Tensor>>;
}

/** Everything that changes from step to step: one vector each for parameters, moments, average, and the step. */
export type TrainingState = Readonly<Record<string, Float32Array>>;

export interface StepResult {
  readonly loss: number;
  readonly gradientNorm: number;
  readonly report: Readonly<Record<string, number>>;
}

export interface Trainer<Inputs extends string = string> {
  /** One optimizer update. */
  run(feeds: Readonly<Record<Inputs, Float32Array>>): Promise<StepResult>;
  /** Updates done so far. */
  step(): number;
  /** The weights to use: the moving average where there is one. */
  weights(): Weights;
  /** Copies of the state, to be saved. */
  state(): TrainingState;
  restore(state: TrainingState): void;
  dispose(): Promise<void>;
}

/** Cuts the vector of all parameters into named tensors. */
function unpack(specs: ParameterSpecs, vector: Tensor): Record<string, Tensor> {
  let start = 0;
  return Object.fromEntries(
    Object.entries(specs).map(([name, { shape }]) => {
      const from = start;
      start += sizeOf(shape);
      return [name, reshape(sliceAxis(vector, 0, from, start), shape)];
    }),
  );
}

function flatten(tensors: readonly Tensor[]): Tensor {
  return concat(
    tensors.map((tensor) => reshape(tensor, [sizeOf(tensor.shape)])),
    0,
  );
}

/** The whole step as one graph: forward, loss, gradients, clipping, learning rate, update, average. */
export function trainingGraph(definition: TrainingStep): Record<string, Tensor> {
  const { optimizer, parameters: specs, averageDecay } = definition;
  const size = parameterCount(specs);
  const vector = input("parameters", [size]);
  const moments = Array.from({ length: optimizer.moments }, (_, index) => input(`moment${index}`, [size]));
  const step = add(input("step", [1]), 1); // [1], counts from 1
  const named = unpack(specs, vector);
  const inputs = Object.fromEntries(
    Object.entries(definition.inputs).map(([name, shape]) => [name, input(name, shape)]),
  );
  const { loss, report = {} } = definition.loss(inputs, named);
  const raw = flatten(gradients(loss, Object.values(named))); // [P]
  const norm = globalNorm(raw);
  const gradient = optimizer.clipNorm === undefined ? raw : clipGradient(raw, norm, optimizer.clipNorm);
  const learningRate = learningRateTensor(optimizer.schedule, step);
  const updated = optimizer.update({ parameters: vector, gradient, moments, step, learningRate });
  const outputs: Record<string, Tensor> = {
    "next/parameters": updated.parameters,
    "next/step": step,
    "report/loss": reshape(loss, []),
    "report/gradientNorm": reshape(norm, []),
  };
  for (const [index, moment] of updated.moments.entries()) outputs[`next/moment${index}`] = moment;
  for (const [name, value] of Object.entries(report)) outputs[`report/${name}`] = reshape(value, []);
  if (averageDecay !== undefined) {
    // Early on the average follows quickly, so that it forgets the random start.
    const decay = minimum(div(add(step, 1), add(step, 10)), averageDecay);
    const average = input("average", [size]);
    outputs["next/average"] = add(mul(average, decay), mul(updated.parameters, sub(1, decay)));
  }
  return outputs;
}

/** One ONNX graph, one session, and the state that goes round. */
export async function compileTrainer<Inputs extends string>(
  definition: TrainingStep<Inputs>,
  options: CompileOptions & { readonly seed: number; readonly weights?: Weights },
): Promise<Trainer<Inputs>> {
  const specs = definition.parameters;
  const session = await compile(trainingGraph(definition as TrainingStep), options);
  let state: Record<string, Float32Array> = {};
  const start = { ...initializeWeights(specs, options.seed), ...options.weights };
  const vector = new Float32Array(parameterCount(specs));
  let at = 0;
  for (const [name, { shape }] of Object.entries(specs)) {
    if (String(start[name].shape) !== String(shape)) {
      throw new GraphError(`weights of ${name}: expected [${shape}], got [${start[name].shape}]`);
    }
    vector.set(start[name].data, at);
    at += sizeOf(shape);
  }
  for (const [name, shape] of Object.entries(session.inputs)) {
    if (!(name in definition.inputs)) state[name] = new Float32Array(sizeOf(shape));
  }
  state.parameters = vector;
  if (definition.averageDecay !== undefined) state.average = vector.slice();
  return {
    async run(feeds) {
      const results = await session.run({ ...feeds, ...state });
      const report: Record<string, number> = {};
      const next: Record<string, Float32Array> = {};
      for (const [name, value] of Object.entries(results)) {
        const [kind, key] = name.split("/");
        if (kind === "next") next[key] = value;
        else report[key] = value[0];
      }
      state = next;
      return { loss: report.loss, gradientNorm: report.gradientNorm, report };
    },
    step: () => state.step[0],
    weights() {
      const source = state.average ?? state.parameters;
      let from = 0;
      return Object.fromEntries(
        Object.entries(specs).map(([name, { shape }]) => {
          const data = source.slice(from, from + sizeOf(shape));
          from += sizeOf(shape);
          return [name, { shape, data }];
        }),
      );
    },
    state: () => Object.fromEntries(Object.entries(state).map(([name, data]) => [name, data.slice()])),
    restore(saved) {
      for (const [name, data] of Object.entries(state)) {
        if (saved[name]?.length !== data.length) {
          throw new GraphError(
            `checkpoint: expected ${data.length} values of "${name}", got ${saved[name]?.length ?? 0}`,
          );
        }
      }
      state = Object.fromEntries(Object.keys(state).map((name) => [name, saved[name].slice()]));
    },
    dispose: () => session.dispose(),
  };
}
