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
import { type Shape, sameShape, sizeOf } from "./shape.ts";
import { input, type Tensor } from "./tensor.ts";

export interface TrainingStep<Inputs extends string = string> {
  readonly inputs: Readonly<Record<Inputs, Shape>>;
  readonly parameters: ParameterSpecs;
  /**
   * Values that the step moves without a gradient, such as the running averages of batch normalization. `loss` gets them
   * among the parameters and returns what they become; optimizer, gradient norm and moving average leave them alone.
   */
  readonly statistics?: ParameterSpecs;
  /** From inputs and parameters to the scalar that is minimized, and scalars that are only reported. */
  loss(inputs: Readonly<Record<Inputs, Tensor>>, parameters: Parameters): LossTerms;
  readonly optimizer: Optimizer;
  /** Keep an exponential moving average of the weights (Polyak and Juditsky 1992), for example 0.99. */
  readonly averageDecay?: number;
}

export interface LossTerms {
  readonly loss: Tensor;
  readonly report?: Readonly<Record<string, Tensor>>;
  /** What the step's `statistics` become; those that are not named stay. */
  readonly statistics?: Readonly<Record<string, Tensor>>;
}

/** Everything that changes from step to step: one vector each for parameters, moments, average, statistics, and the step. */
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
  /** The weights to use, statistics among them: the moving average where there is one. */
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

/** The statistics' next vector: what the loss makes of each, or the value it had. */
function nextStatistics(specs: ParameterSpecs, named: Parameters, moved: Parameters): Tensor | undefined {
  for (const [name, tensor] of Object.entries(moved)) {
    if (!(name in specs)) throw new GraphError(`the loss moves "${name}", which is none of the step's statistics`);
    if (!sameShape(tensor.shape, specs[name].shape)) {
      throw new GraphError(`statistics "${name}": expected [${specs[name].shape}], got [${tensor.shape}]`);
    }
  }
  const names = Object.keys(specs);
  return names.length === 0 ? undefined : flatten(names.map((name) => moved[name] ?? named[name]));
}

/** The whole step as one graph: forward, loss, gradients, clipping, learning rate, update, average. */
export function trainingGraph(definition: TrainingStep): Record<string, Tensor> {
  const { optimizer, parameters: specs, statistics: statisticSpecs = {}, averageDecay } = definition;
  const twice = Object.keys(specs).find((name) => name in statisticSpecs);
  if (twice !== undefined) throw new GraphError(`"${twice}" names a parameter and a statistic`);
  const size = parameterCount(specs);
  const vector = input("parameters", [size]);
  const moments = Array.from({ length: optimizer.moments }, (_, index) => input(`moment${index}`, [size]));
  const step = add(input("step", [1]), 1); // [1], counts from 1
  const named = unpack(specs, vector);
  const inputs = Object.fromEntries(
    Object.entries(definition.inputs).map(([name, shape]) => [name, input(name, shape)]),
  );
  const kept = parameterCount(statisticSpecs);
  const statistics = kept === 0 ? {} : unpack(statisticSpecs, input("statistics", [kept]));
  const { loss, report = {}, statistics: moved = {} } = definition.loss(inputs, { ...named, ...statistics });
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
  const next = nextStatistics(statisticSpecs, statistics, moved);
  if (next !== undefined) outputs["next/statistics"] = next;
  for (const [name, value] of Object.entries(report)) outputs[`report/${name}`] = reshape(value, []);
  if (averageDecay !== undefined) {
    // Early on the average follows quickly, so that it forgets the random start.
    const decay = minimum(div(add(step, 1), add(step, 10)), averageDecay);
    const average = input("average", [size]);
    outputs["next/average"] = add(mul(average, decay), mul(updated.parameters, sub(1, decay)));
  }
  return outputs;
}

/** All weights of the specs in one vector, in their order. */
function packWeights(specs: ParameterSpecs, weights: Weights): Float32Array {
  const vector = new Float32Array(parameterCount(specs));
  let at = 0;
  for (const [name, { shape }] of Object.entries(specs)) {
    if (String(weights[name].shape) !== String(shape)) {
      throw new GraphError(`weights of ${name}: expected [${shape}], got [${weights[name].shape}]`);
    }
    vector.set(weights[name].data, at);
    at += sizeOf(shape);
  }
  return vector;
}

function unpackWeights(specs: ParameterSpecs, vector: Float32Array): Weights {
  let from = 0;
  return Object.fromEntries(
    Object.entries(specs).map(([name, { shape }]) => {
      const data = vector.slice(from, from + sizeOf(shape));
      from += sizeOf(shape);
      return [name, { shape, data }];
    }),
  );
}

/** One ONNX graph, one session, and the state that goes round. */
export async function compileTrainer<Inputs extends string>(
  definition: TrainingStep<Inputs>,
  options: CompileOptions & { readonly seed: number; readonly weights?: Weights },
): Promise<Trainer<Inputs>> {
  const specs = definition.parameters;
  const statisticSpecs = definition.statistics ?? {};
  const session = await compile(trainingGraph(definition as TrainingStep), options);
  let state: Record<string, Float32Array> = {};
  const start = { ...initializeWeights({ ...specs, ...statisticSpecs }, options.seed), ...options.weights };
  for (const [name, shape] of Object.entries(session.inputs)) {
    if (!(name in definition.inputs)) state[name] = new Float32Array(sizeOf(shape));
  }
  state.parameters = packWeights(specs, start);
  if (definition.averageDecay !== undefined) state.average = state.parameters.slice();
  if (parameterCount(statisticSpecs) > 0) state.statistics = packWeights(statisticSpecs, start);
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
    weights: () => ({
      ...unpackWeights(specs, state.average ?? state.parameters),
      ...unpackWeights(statisticSpecs, state.statistics ?? new Float32Array(0)),
    }),
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
