/** A piece of HTML that is safe to put into a page: made by `html`, so everything foreign in it was escaped. */
export interface Markup {
  readonly markup: string;
}

type Value = string | number | Markup | readonly Markup[];

/** HTML by template; strings and numbers that are put in are escaped, markup and lists of it go in as they are. */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Markup {
  return { markup: parts.reduce((text, part, index) => text + rendered(values[index - 1] ?? "") + part) };
}

/** Markup from another source that is known to be safe, such as a chart. */
export function trusted(markup: string): Markup {
  return { markup };
}

export const NOTHING: Markup = { markup: "" };

function rendered(value: Value): string {
  if (typeof value === "string" || typeof value === "number") return escaped(String(value));
  return "markup" in value ? value.markup : value.map(({ markup }) => markup).join("");
}

/** Text as it may stand between tags and in quotes. */
export function escaped(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
  };
  return text.replace(/[&<>"']/g, (character) => entities[character]);
}
