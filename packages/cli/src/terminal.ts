/** Where words go: results to `out`, progress and errors to `error`. Tests pass their own. */
export interface Terminal {
  out(text: string): void;
  error(text: string): void;
  /** Whether `error` is a screen on which a line can be redrawn. */
  readonly interactive: boolean;
  readonly columns: number;
}

export function processTerminal(): Terminal {
  return {
    out: (text) => void process.stdout.write(text),
    error: (text) => void process.stderr.write(text),
    interactive: process.stderr.isTTY === true && process.env.TERM !== "dumb",
    columns: process.stderr.columns ?? 80,
  };
}
