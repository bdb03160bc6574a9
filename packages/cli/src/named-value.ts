import { InputError } from "@voxelsmith/core";

/** `NAME=VALUE` of a flag that says something about one of several data sets. @throws InputError without one of both */
export function namedValue(flag: string, text: string, example: string): readonly [name: string, value: string] {
  const at = text.indexOf("=");
  if (at > 0 && at < text.length - 1) return [text.slice(0, at), text.slice(at + 1)];
  throw new InputError({
    subject: `${flag} ${text}`,
    expected: `a name, = and its value, for example ${example}`,
    got: at < 0 ? "no =" : at === 0 ? "no name" : "nothing after =",
    todo: "Write it without spaces.",
  });
}

/** The same of a flag that is given for some of the names that there are. @throws InputError for another name */
export function namedValues(
  flag: string,
  texts: readonly string[],
  example: string,
  names: readonly string[],
): readonly (readonly [name: string, value: string])[] {
  return texts.map((text) => {
    const pair = namedValue(flag, text, example);
    if (names.includes(pair[0])) return pair;
    throw new InputError({
      subject: `${flag} ${text}`,
      expected: `one of the names ${names.join(", ")} before =`,
      got: pair[0],
      todo: "Correct the name.",
    });
  });
}
