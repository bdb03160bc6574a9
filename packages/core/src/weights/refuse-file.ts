import { InputError } from "../errors.ts";

const AGAIN = "Fetch or copy the file again.";

/** The file breaks off or contradicts itself. */
export function damagedFile(subject: string, got: string, cause?: unknown): InputError {
  return new InputError(
    { subject, expected: "a whole file of weights", got: `one truncated or damaged: ${got}`, todo: AGAIN },
    { cause },
  );
}

/** The file is whole, but holds what is not read here. */
export function foreignFile(subject: string, expected: string, got: string, todo: string): InputError {
  return new InputError({ subject, expected, got, todo });
}
