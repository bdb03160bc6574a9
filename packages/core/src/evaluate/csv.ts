/** Rows as CSV (RFC 4180, lines end in \n as everywhere in a run folder); the first row is the header. */
export function csv(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.map(field).join(",")}\n`).join("");
}

/** A field with its quotes, where RFC 4180 wants some. */
function field(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
