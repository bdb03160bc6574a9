import type { RunEvent, StepEvent } from "@voxelsmith/core";
import type { Terminal } from "./terminal.ts";

export interface ReporterOptions {
  /** Events and results as JSON, one a line, on standard output. */
  readonly json: boolean;
  /** Warnings and results only. */
  readonly quiet: boolean;
  /** Clock in milliseconds. */
  readonly now?: () => number;
}

/** Turns events into what the person or program at the other end can use. */
export interface Reporter {
  emit(event: RunEvent): void;
  /** The outcome of a command: the value for programs, the text for people. */
  result(value: Readonly<Record<string, unknown>>, text: string): void;
  /** Ends an open bar, so that what follows starts on its own line. */
  finish(): void;
}

const REDRAW_MS = 100;
const LOG_LINE_MS = 5000;

/** JSON lines for programs, a bar on a screen, plain lines (one every few seconds at most) in a log. */
export function createReporter(terminal: Terminal, options: ReporterOptions): Reporter {
  if (options.json) return jsonReporter(terminal);
  const now = options.now ?? Date.now;
  const bars = terminal.interactive && !options.quiet;
  let barOpen = false;
  let lastShown = Number.NEGATIVE_INFINITY;

  const finish = (): void => {
    if (barOpen) terminal.error("\n");
    barOpen = false;
  };
  const line = (text: string): void => {
    finish();
    terminal.error(`${text}\n`);
  };
  const step = (event: StepEvent): void => {
    const last = event.step === event.steps;
    if (!last && now() - lastShown < (bars ? REDRAW_MS : LOG_LINE_MS)) return;
    lastShown = last ? Number.NEGATIVE_INFINITY : now();
    if (bars) {
      terminal.error(`\r\u001b[2K${barLine(event, terminal.columns)}`);
      barOpen = true;
      if (last) finish();
    } else {
      line(stepLine(event));
    }
  };
  return {
    emit(event) {
      if (event.kind === "warning") line(`warning: ${event.text}`);
      else if (options.quiet) return;
      else if (event.kind === "step") step(event);
      else if (event.kind === "stage") line(`${event.stage}: ${event.title}`);
      else if (event.kind === "note") line(event.text);
      else if (event.kind === "done") line(`${event.stage}: ${event.text} (${duration(event.seconds)})`);
      // a checkpoint is for programs; on a screen it would only interrupt the bar
    },
    result(_value, text) {
      finish();
      terminal.out(text.endsWith("\n") ? text : `${text}\n`);
    },
    finish,
  };
}

function jsonReporter(terminal: Terminal): Reporter {
  const write = (value: unknown): void => terminal.out(`${JSON.stringify(value)}\n`);
  return { emit: write, result: (value) => write({ kind: "result", ...value }), finish: () => undefined };
}

/** `spatial 1350/3000 45 % · 5.2 steps/s · loss 0.4312 · 5:17 left` */
export function stepLine(event: StepEvent): string {
  return `${event.stage} ${event.step}/${event.steps} ${percent(event)} · ${measures(event)}`;
}

/** The same with a bar, cut to the width of the screen: a line that wraps could not be redrawn. */
export function barLine(event: StepEvent, columns: number): string {
  const width = 20;
  const full = Math.round((width * event.step) / Math.max(event.steps, 1));
  const bar = "█".repeat(full) + "░".repeat(width - full);
  const text = `${event.stage.padEnd(10)} ${bar} ${percent(event)} ${event.step}/${event.steps} · ${measures(event)}`;
  return text.length < columns ? text : `${text.slice(0, Math.max(columns - 2, 0))}…`;
}

function measures({ rate, loss, secondsLeft, step, steps }: StepEvent): string {
  const parts = [rateText(rate)];
  if (loss !== undefined) parts.push(`loss ${loss.toPrecision(4)}`);
  if (step < steps && rate > 0) parts.push(`${duration(secondsLeft)} left`);
  return parts.filter((part) => part !== "").join(" · ");
}

function rateText(rate: number): string {
  if (rate <= 0) return "";
  return rate >= 1 ? `${rate.toFixed(1)} steps/s` : `${(1 / rate).toFixed(1)} s/step`;
}

function percent({ step, steps }: StepEvent): string {
  return `${Math.floor((100 * step) / Math.max(steps, 1))} %`.padStart(5);
}

/** `42 s`, `5:17`, `2:05:09` */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const two = (value: number): string => String(value).padStart(2, "0");
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes}:${two(whole % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(whole % 60)}`;
}
