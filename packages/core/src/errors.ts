/** What went wrong, in the four parts that a person needs: subject, expected, came, what to do. */
export interface Problem {
  /** The thing that is wrong, for example a file or a flag. */
  readonly subject: string;
  readonly expected: string;
  readonly got: string;
  readonly todo: string;
}

/** An error of the input, not of the program: printed as one line and exit code 2, never with a stack trace. */
export class InputError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem, options?: ErrorOptions) {
    super(`${problem.subject}: expected ${problem.expected}, got ${problem.got}. ${problem.todo}`, options);
    this.name = "InputError";
    this.problem = problem;
  }
}

/** A loss or gradient that stopped being a number: names the step and the case, so that it can be looked at. */
export class DivergenceError extends Error {
  readonly step: number;
  readonly example: string;

  constructor(stage: string, step: number, example: string, value: number, lastCheckpoint: string) {
    super(
      `${stage}: the loss became ${value} at step ${step} on ${example}. ` +
        `Last good checkpoint: ${lastCheckpoint}. Lower the learning rate or look at that case.`,
    );
    this.name = "DivergenceError";
    this.step = step;
    this.example = example;
  }
}
