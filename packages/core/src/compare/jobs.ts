import type { StageHooks } from "../run/progress.ts";

/** How several processes share the jobs of one comparison. */
export interface Claims {
  /**
   * Takes a job for this process, so that several may work on one comparison; undefined where another has it. What
   * comes back gives it up again.
   */
  claim(job: string): Promise<(() => Promise<void>) | undefined>;
  /** Seconds until jobs that others work on, and that further jobs need, are looked at again; default 5. */
  readonly pollSeconds?: number;
}

/** How far a comparison is. */
export interface ComparisonState {
  readonly done: readonly string[];
  /** Jobs that other processes work on. */
  readonly elsewhere: readonly string[];
}

/** The jobs of a comparison, one after the other. */
export interface Jobs {
  /** Does the work unless it is done; false where another process is at it. */
  inTurn(job: string, isDone: () => Promise<boolean>, work: () => Promise<void>): Promise<boolean>;
  /** A job is left that needs one of another process: all are to be looked at again. */
  block(): void;
}

/**
 * Looks at every job, again and again until none is left that needs one of another process: at once where this process
 * has worked meanwhile, else after a pause. What others had when it began to work may be done by then, or given up: so
 * the state is that of a look without work.
 * @throws the signal's reason as soon as it says stop
 */
export async function goOverJobs(
  { claim, pollSeconds = 5, signal, emit }: Claims & StageHooks,
  lookAtAll: (jobs: Jobs) => Promise<void>,
): Promise<ComparisonState> {
  let isWaiting = false;
  for (;;) {
    const [done, elsewhere] = [new Set<string>(), new Set<string>()];
    let [hasWorked, isBlocked] = [false, false];
    await lookAtAll({
      async inTurn(job, isDone, work) {
        if (!(await isDone())) {
          const release = await claim(job);
          if (release === undefined) {
            elsewhere.add(job);
            return false;
          }
          try {
            // Another process may have finished it before the claim.
            if (!(await isDone())) {
              hasWorked = true;
              await work();
            }
          } finally {
            await release();
          }
        }
        done.add(job);
        return true;
      },
      block: () => {
        isBlocked = true;
      },
    });
    if (hasWorked && (isBlocked || elsewhere.size > 0)) continue;
    if (!isBlocked) return { done: [...done], elsewhere: [...elsewhere] };
    if (!isWaiting) emit({ kind: "note", text: `waits for ${[...elsewhere].join(", ")} in another process` });
    isWaiting = true;
    await pause(pollSeconds, signal);
  }
}

async function pause(seconds: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, seconds * 1000);
    signal.addEventListener("abort", () => [clearTimeout(timer), resolve()], { once: true });
  });
  signal.throwIfAborted();
}
