import { GraphError } from "./errors.ts";
import { gradients } from "./gradients.ts";
import { groupKey, type ParameterGroup, type ParameterRates, parameterGroups } from "./nn/parameter-groups.ts";
import { flatten, packWeights, unpack, unpackWeights } from "./nn/parameter-vector.ts";
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
import { clipGradient, globalNorm, type Optimizer } from "./optim/optimizer.ts";
import { learningRateTensor } from "./optim/schedule.ts";
import { overwritableInputs } from "./overwritable.ts";
import { type CompileOptions, compile } from "./runtime/session.ts";
import { type Shape, sameShape, sizeOf } from "./shape.ts";
import { input, type Tensor } from "./tensor.ts";
import { createStateBuffers, type StateVectors } from "./training-state.ts";

export interface TrainingStep<Inputs extends string = string> {
  readonly inputs: Readonly<Record<Inputs, Shape>>;
  readonly parameters: ParameterSpecs;
  /**
   * Factors on the learning rate, by parameter name; 1 where none is given. With 0 a parameter is frozen: it keeps its
   * value (no weight decay either), has no gradient, no moments and no part in the gradient's norm.
   */
  readonly rates?: ParameterRates;
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

/**
 * Everything that changes from step to step: one vector each for parameters, moments, average, statistics, and the step.
 * Large parameters have vectors of their own (`parameters:NAME`), and so have those of each rate other than 1
 * (`parameters@0.1`; frozen ones are in `parameters@0`).
 */
export type TrainingState = StateVectors;

export interface StepResult {
  readonly loss: number;
  readonly gradientNorm: number;
  readonly report: Readonly<Record<string, number>>;
}

export interface Trainer<Inputs extends string = string> {
  /** One optimizer update; one at a time, and nothing else may be asked for meanwhile. */
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

/** The vectors of one group, as inputs of the graph. */
interface GroupVectors {
  readonly group: ParameterGroup;
  readonly parameters: Tensor;
  readonly moments: readonly Tensor[];
}

function groupInputs(group: ParameterGroup, moments: number): GroupVectors {
  const size = parameterCount(group.specs);
  const own = (vector: string): Tensor => input(groupKey(vector, group), [size]);
  return {
    group,
    parameters: own("parameters"),
    moments: Array.from({ length: group.rate === 0 ? 0 : moments }, (_, index) => own(`moment${index}`)),
  };
}

/** The whole step as one graph: forward, loss, gradients, clipping, learning rate, update, average. */
export function trainingGraph(definition: TrainingStep): Record<string, Tensor> {
  const { optimizer, parameters: specs, statistics: statisticSpecs = {}, averageDecay } = definition;
  const twice = Object.keys(specs).find((name) => name in statisticSpecs);
  if (twice !== undefined) throw new GraphError(`"${twice}" names a parameter and a statistic`);
  const vectors = parameterGroups(specs, definition.rates).map((group) => groupInputs(group, optimizer.moments));
  const trained = vectors.filter(({ group }) => group.rate > 0);
  if (trained.length === 0) throw new GraphError("no parameter is trained: there is none, or every rate is 0");
  const step = add(input("step", [1]), 1); // [1], counts from 1
  const named: Record<string, Tensor> = {};
  for (const { group, parameters } of vectors) Object.assign(named, unpack(group.specs, parameters));
  const inputs = Object.fromEntries(
    Object.entries(definition.inputs).map(([name, shape]) => [name, input(name, shape)]),
  );
  const kept = parameterCount(statisticSpecs);
  const statistics = kept === 0 ? {} : unpack(statisticSpecs, input("statistics", [kept]));
  const { loss, report = {}, statistics: moved = {} } = definition.loss(inputs, { ...named, ...statistics });
  const trainedNames = trained.flatMap(({ group }) => Object.keys(group.specs));
  const found = gradients(
    loss,
    trainedNames.map((name) => named[name]),
  );
  const gradientOf = Object.fromEntries(trainedNames.map((name, index) => [name, found[index]]));
  const raw = trained.map(({ group }) => flatten(Object.keys(group.specs).map((name) => gradientOf[name]))); // [P] each
  const norm = globalNorm(...raw);
  const { clipNorm } = optimizer;
  const clipped = clipNorm === undefined ? raw : raw.map((gradient) => clipGradient(gradient, norm, clipNorm));
  const learningRate = learningRateTensor(optimizer.schedule, step);
  const updates = trained.map(({ group, ...own }, index) => {
    const rate = group.rate === 1 ? learningRate : mul(learningRate, group.rate);
    return { group, ...optimizer.update({ ...own, gradient: clipped[index], step, learningRate: rate }) };
  });
  const outputs: Record<string, Tensor> = {};
  for (const { group, parameters } of updates) outputs[`next/${groupKey("parameters", group)}`] = parameters;
  outputs["next/step"] = step;
  outputs["report/loss"] = reshape(loss, []);
  outputs["report/gradientNorm"] = reshape(norm, []);
  for (const { group, moments } of updates) {
    for (const [index, moment] of moments.entries()) outputs[`next/${groupKey(`moment${index}`, group)}`] = moment;
  }
  const next = nextStatistics(statisticSpecs, statistics, moved);
  if (next !== undefined) outputs["next/statistics"] = next;
  for (const [name, value] of Object.entries(report)) outputs[`report/${name}`] = reshape(value, []);
  if (averageDecay !== undefined) {
    // Early on the average follows quickly, so that it forgets the random start.
    const decay = minimum(div(add(step, 1), add(step, 10)), averageDecay);
    for (const { group, parameters } of updates) {
      const key = groupKey("average", group);
      const average = input(key, parameters.shape);
      outputs[`next/${key}`] = add(mul(average, decay), mul(parameters, sub(1, decay)));
    }
  }
  return outputs;
}

/** One ONNX graph, one session, and the state that goes round. */
export async function compileTrainer<Inputs extends string>(
  definition: TrainingStep<Inputs>,
  options: CompileOptions & { readonly seed: number; readonly weights?: Weights },
): Promise<Trainer<Inputs>> {
  const specs = definition.parameters;
  const groups = parameterGroups(specs, definition.rates);
  const statisticSpecs = definition.statistics ?? {};
  const graph = trainingGraph(definition as TrainingStep);
  const session = await compile(graph, options);
  const buffers = createStateBuffers(
    startOf(definition as TrainingStep, groups, session.inputs, options),
    Object.keys(graph).flatMap((name) => (name.startsWith(NEXT) ? [name.slice(NEXT.length)] : [])),
    overwritableInputs(graph),
  );
  return {
    async run(feeds) {
      const into = mapKeys(buffers.targets(), (name) => `${NEXT}${name}`);
      const results = await session.run({ ...feeds, ...buffers.current() }, into);
      const report: Record<string, number> = {};
      const next: Record<string, Float32Array> = {};
      for (const [name, value] of Object.entries(results)) {
        if (name.startsWith(NEXT)) next[name.slice(NEXT.length)] = value;
        else report[name.slice(REPORT.length)] = value[0];
      }
      buffers.accept(next);
      return { loss: report.loss, gradientNorm: report.gradientNorm, report };
    },
    step: () => buffers.current().step[0],
    weights() {
      const state = buffers.current();
      const ofGroup = (group: ParameterGroup): Weights =>
        unpackWeights(group.specs, state[groupKey("average", group)] ?? state[groupKey("parameters", group)]);
      const found: Weights = Object.assign({}, ...groups.map(ofGroup));
      return {
        ...Object.fromEntries(Object.keys(specs).map((name) => [name, found[name]])), // in the order of the specs
        ...unpackWeights(statisticSpecs, state.statistics ?? new Float32Array(0)),
      };
    },
    state: () => Object.fromEntries(Object.entries(buffers.current()).map(([name, data]) => [name, data.slice()])),
    restore: (saved) => buffers.restore(saved),
    dispose: () => session.dispose(),
  };
}

const NEXT = "next/";
const REPORT = "report/";

function mapKeys<Value>(record: Readonly<Record<string, Value>>, key: (name: string) => string): Record<string, Value> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [key(name), value]));
}

/** The state before the first step: drawn or given weights, zero moments, step 0. */
function startOf(
  { inputs, parameters, statistics = {}, averageDecay }: TrainingStep,
  groups: readonly ParameterGroup[],
  shapes: Readonly<Record<string, Shape>>,
  { seed, weights = {} }: { readonly seed: number; readonly weights?: Weights },
): TrainingState {
  const missing = Object.entries({ ...parameters, ...statistics }).filter(([name]) => weights[name] === undefined);
  const values = { ...weights, ...initializeWeights(Object.fromEntries(missing), seed) };
  const state: Record<string, Float32Array> = {};
  for (const group of groups) {
    const vector = packWeights(group.specs, values);
    state[groupKey("parameters", group)] = vector;
    if (averageDecay !== undefined && group.rate > 0) state[groupKey("average", group)] = vector.slice();
  }
  if (parameterCount(statistics) > 0) state.statistics = packWeights(statistics, values);
  for (const [name, shape] of Object.entries(shapes)) {
    if (!(name in inputs)) state[name] ??= new Float32Array(sizeOf(shape));
  }
  return state;
}
