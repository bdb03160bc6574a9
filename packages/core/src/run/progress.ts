/** What a stage tells while it works. Whoever listens decides whether that becomes a bar, a log line or JSON. */
export type RunEvent =
  | { readonly kind: "stage"; readonly stage: string; readonly title: string }
  | StepEvent
  | { readonly kind: "checkpoint"; readonly stage: string; readonly step: number; readonly path: string }
  | { readonly kind: "note"; readonly text: string }
  | { readonly kind: "warning"; readonly text: string }
  | { readonly kind: "done"; readonly stage: string; readonly seconds: number; readonly text: string };

/** One step of a stage: an optimizer update, or one scan prepared, segmented or scored. */
export interface StepEvent {
  readonly kind: "step";
  readonly stage: string;
  /** Steps finished, so the last event of a stage has `step === steps`. */
  readonly step: number;
  readonly steps: number;
  readonly loss?: number;
  /** Steps per second, over the recent past. */
  readonly rate: number;
  readonly secondsLeft: number;
}

export type Emit = (event: RunEvent) => void;

/** What every stage takes: a way to be stopped and a way to tell. A stop is `signal.throwIfAborted()` at a checkpoint. */
export interface StageHooks {
  readonly signal: AbortSignal;
  readonly emit: Emit;
}

/**
 * Turns "step finished" into events with a rate and the time left.
 * The rate is the mean over a window of recent steps: it follows a machine that slows down, and one slow step does not
 * make the time left jump.
 * @param done steps that an earlier session finished
 * @param now clock in milliseconds
 */
export function stepMeter(
  stage: string,
  steps: number,
  done: number = 0,
  now: () => number = () => performance.now(),
): (step: number, loss?: number) => StepEvent {
  const window = 20;
  const recent: { step: number; at: number }[] = [{ step: done, at: now() }];
  return (step, loss) => {
    recent.push({ step, at: now() });
    if (recent.length > window + 1) recent.shift();
    const first = recent[0];
    const seconds = (recent[recent.length - 1].at - first.at) / 1000;
    const rate = seconds > 0 ? (step - first.step) / seconds : 0;
    const secondsLeft = rate > 0 ? (steps - step) / rate : 0;
    const event = { kind: "step", stage, step, steps, rate, secondsLeft } as const;
    return loss === undefined ? event : { ...event, loss };
  };
}
