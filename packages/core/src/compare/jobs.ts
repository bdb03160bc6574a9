/** How several processes share the jobs of one comparison. */
export interface Claims {
  /**
   * Takes a job for this process, so that several may work on one comparison; undefined where another has it. What
   * comes back gives it up again.
   */
  claim(job: string): Promise<(() => Promise<void>) | undefined>;
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
  state(): ComparisonState;
}

export function createJobs({ claim }: Claims): Jobs {
  const done: string[] = [];
  const elsewhere: string[] = [];
  return {
    async inTurn(job, isDone, work) {
      if (!(await isDone())) {
        const release = await claim(job);
        if (release === undefined) {
          elsewhere.push(job);
          return false;
        }
        try {
          if (!(await isDone())) await work(); // another process may have finished it before the claim
        } finally {
          await release();
        }
      }
      done.push(job);
      return true;
    },
    state: () => ({ done, elsewhere }),
  };
}
