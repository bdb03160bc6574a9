import type { z } from "zod";
import { InputError } from "../errors.ts";

/**
 * A value that a schema accepts, or one line that names the field and what it should have been.
 * @param todo what a person should do about a value that does not fit
 * @throws InputError with `subject` (a file or a flag) and the first field that does not fit.
 */
export function checkAgainst<T>(schema: z.ZodType<T>, value: unknown, subject: string, todo = "Correct it."): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const path = issue.path.map(String).join(".");
  const more = result.error.issues.length - 1;
  throw new InputError({
    subject: path === "" ? subject : `${subject}: ${path}`,
    expected: `a value that fits (${issue.message})`,
    got: show(valueAt(value, issue.path)),
    todo: more > 0 ? `${todo} ${more} more of its fields do not fit.` : todo,
  });
}

/** JSON text that a schema accepts. @throws InputError where the text is no JSON or does not fit. */
export function parseJson<T>(schema: z.ZodType<T>, text: string, subject: string, todo = "Correct the file."): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    const problem = { subject, expected: "JSON", got: cause instanceof Error ? cause.message : "something else" };
    throw new InputError({ ...problem, todo }, { cause });
  }
  return checkAgainst(schema, value, subject, todo);
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, key) =>
      typeof inner === "object" && inner !== null ? (inner as Record<PropertyKey, unknown>)[key] : undefined,
    value,
  );
}

function show(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
