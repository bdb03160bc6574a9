import { InputError } from "../errors.ts";
import type { Store } from "./store.ts";

/**
 * The text of a file that a folder of its kind always has, and where it lies, for messages.
 * @throws InputError where it is not there
 */
export async function readPart(
  store: Store,
  path: string,
  { kind, todo }: { readonly kind: string; readonly todo: string },
): Promise<readonly [text: string, place: string]> {
  const bytes = await store.read(path);
  if (bytes !== undefined) return [new TextDecoder().decode(bytes), store.locate(path)];
  throw new InputError({
    subject: store.locate("."),
    expected: `${kind}, with ${path} in it`,
    got: "a folder without it, or none",
    todo,
  });
}
