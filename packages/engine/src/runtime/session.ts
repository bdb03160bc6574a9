import { env, InferenceSession, Tensor as OrtTensor } from "#onnxruntime";
import { DeviceError, ShapeError } from "../errors.ts";
import type { Lowerings, Target } from "../onnx/lowerings.ts";
import { emitModel, encodeModel } from "../onnx/model.ts";
import { formatShape, type Shape, sizeOf } from "../shape.ts";
import type { Tensor } from "../tensor.ts";

/** Where a graph runs. `wasm` is the browser's CPU. */
export type Device = Target;

export interface CompileOptions {
  readonly device?: Device;
  /** Threads within one op; results are bit-identical for the same count. By default ONNX Runtime's own choice. */
  readonly threads?: number;
  /** Inputs that become constants, for example trained weights. */
  readonly fixed?: Readonly<Record<string, Float32Array>>;
  readonly lowerings?: Partial<Lowerings>;
  /** Refuse to run any node on the CPU; only the providers' tests and the curious need it. */
  readonly forbidCpuFallback?: boolean;
  /** Path prefix of ONNX Runtime's profile, written at `dispose`. */
  readonly profile?: string;
}

/** A compiled graph: typed arrays in, typed arrays out. */
export interface Session {
  readonly inputs: Readonly<Record<string, Shape>>;
  readonly outputs: Readonly<Record<string, Shape>>;
  /**
   * Outputs that `into` has an array for are written there on the CPU, instead of to new memory; elsewhere it is not
   * used. Take the arrays from the result in any case. Such an array must be none of the feeds, unless all that read
   * that feed lie before the output in the graph.
   */
  run(
    feeds: Readonly<Record<string, Float32Array>>,
    into?: Readonly<Record<string, Float32Array>>,
  ): Promise<Record<string, Float32Array>>;
  dispose(): Promise<void>;
}

/**
 * WebGPU would rather have channels last and wraps convolutions in Transposes, some of which (of a Boolean mask) then
 * have no kernel there and fall back to the CPU; our graphs are channels first throughout.
 *
 * State could stay on the GPU between steps: onnxruntime-node 1.30.0 takes `preferredOutputLocation: { name:
 * "gpu-buffer" }` and accepts such outputs as the next inputs (tried, works). Its `getData()` ends the process,
 * so reading them back needs a session of Identity nodes. Copies are negligible at our sizes, hence not done.
 */
function provider(device: Device): InferenceSession.ExecutionProviderConfig {
  return device === "webgpu" ? { name: "webgpu", preferredLayout: "NCHW" } : device;
}

const nobody = new MessageChannel();
nobody.port2.close();

/**
 * Frees an array's memory now: it is handed to a port that has no other end. The collector sees a few small objects
 * and may keep hundreds of megabytes behind them for many steps.
 */
function releaseMemory({ buffer }: Float32Array): void {
  if (buffer instanceof ArrayBuffer) nobody.port1.postMessage(null, [buffer]);
}

/** Runs serialized ONNX with float32 inputs and outputs; also for models from elsewhere. */
export async function loadModel(
  bytes: Uint8Array,
  inputs: Readonly<Record<string, Shape>>,
  outputs: Readonly<Record<string, Shape>>,
  options: CompileOptions = {},
): Promise<Session> {
  const device = options.device ?? "cpu";
  // In the page threads belong to the runtime as a whole and are fixed by its first session.
  if (device === "wasm" && options.threads !== undefined) env.wasm.numThreads = options.threads;
  let session: InferenceSession;
  try {
    session = await InferenceSession.create(bytes, {
      executionProviders: [provider(device)],
      graphOptimizationLevel: "all",
      executionMode: "sequential",
      // The pattern wants one block as large as the peak beside what the first run took: 780 MB instead of 490 for a
      // VoxelMorph step, for 1-2 % of time. Without an arena at all it is 540 MB and no faster.
      enableMemPattern: false,
      logSeverityLevel: 3,
      ...(options.threads === undefined ? {} : { intraOpNumThreads: options.threads, interOpNumThreads: 1 }),
      ...(options.profile === undefined ? {} : { enableProfiling: true, profileFilePrefix: options.profile }),
      ...(options.forbidCpuFallback === true ? { extra: { session: { disable_cpu_ep_fallback: "1" } } } : {}),
    });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new DeviceError(device, `device "${device}" cannot run this graph: ${reason}`, { cause });
  }
  return {
    inputs,
    outputs,
    async run(feeds, into = {}) {
      const tensors: Record<string, OrtTensor> = {};
      for (const [name, shape] of Object.entries(inputs)) {
        const data = feeds[name];
        if (data === undefined) throw new ShapeError("run", `input "${name}" ${formatShape(shape)}`, "nothing");
        if (data.length !== sizeOf(shape)) {
          throw new ShapeError("run", `${sizeOf(shape)} values for "${name}" ${formatShape(shape)}`, `${data.length}`);
        }
        tensors[name] = new OrtTensor("float32", data, [...shape]);
      }
      const fetches: Record<string, OrtTensor | null> = {};
      for (const [name, shape] of Object.entries(outputs)) {
        const data = device === "cpu" ? into[name] : undefined;
        if (data !== undefined && data.length !== sizeOf(shape)) {
          throw new ShapeError("run", `room for ${sizeOf(shape)} values of "${name}"`, `${data.length}`);
        }
        fetches[name] = data === undefined ? null : new OrtTensor("float32", data, [...shape]);
      }
      const results = await session.run(tensors, fetches);
      return Object.fromEntries(
        Object.keys(outputs).map((name) => {
          const made = results[name].data as Float32Array;
          const data = into[name];
          if (fetches[name] === null || data === undefined) return [name, made];
          // onnxruntime-node has written to our array and hands out a copy of it as well.
          if (made !== data) releaseMemory(made);
          return [name, data];
        }),
      );
    },
    async dispose() {
      if (options.profile !== undefined) session.endProfiling();
      await session.release();
    },
  };
}

/** Compiles the part of the graph that the outputs need. */
export async function compile(
  outputs: Readonly<Record<string, Tensor>>,
  options: CompileOptions = {},
): Promise<Session> {
  const model = emitModel(outputs, {
    target: options.device ?? "cpu",
    ...(options.lowerings === undefined ? {} : { lowerings: options.lowerings }),
    ...(options.fixed === undefined ? {} : { fixed: options.fixed }),
  });
  const shapes = (values: readonly { name: string; shape: Shape }[]): Record<string, Shape> =>
    Object.fromEntries(values.map(({ name, shape }) => [name, shape]));
  return loadModel(encodeModel(model), shapes(model.inputs), shapes(model.outputs), options);
}
