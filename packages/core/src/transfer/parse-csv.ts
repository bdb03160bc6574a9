import { InputError } from "../errors.ts";

/**
 * Rows of a CSV with a header (RFC 4180; also semicolons and tabs, if the header has no comma), as records by column.
 * @throws InputError for a file that is no text or empty, a column twice, or a row with another number of fields
 */
export function parseCsv(text: string, name: string): readonly Readonly<Record<string, string>>[] {
  if (text.includes("\0")) {
    const expected = "a CSV of a header and rows";
    const todo = "Correct the path; a file of MedMNIST (.npz) is given with -i.";
    throw new InputError({ subject: name, expected, got: "a file that is no text", todo });
  }
  const plain = text.replace(/^\uFEFF/, "");
  const firstLine = plain.slice(0, plain.search(/\r?\n|$/));
  const separator = [",", ";", "\t"].find((one) => firstLine.includes(one)) ?? ",";
  const [header = [], ...rows] = splitRows(plain, separator, name).map((row) => row.map((field) => field.trim()));
  const twice = header.find((column, index) => header.indexOf(column) !== index);
  if (rows.length === 0 || twice !== undefined) {
    const got = twice === undefined ? `${header.length === 0 ? "an empty file" : "a header alone"}` : `${twice} twice`;
    throw new InputError({ subject: name, expected: "a CSV of a header and rows", got, todo: "Correct the file." });
  }
  return rows.map((row, index) => {
    if (row.length === header.length) return Object.fromEntries(header.map((column, at) => [column, row[at]]));
    throw new InputError({
      subject: `${name}, row ${index + 2}`,
      expected: `${header.length} fields (${header.join(", ")})`,
      got: String(row.length),
      todo: "Correct the row; put fields with separators in them into quotes.",
    });
  });
}

function splitRows(text: string, separator: string, name: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let field = "";
  let quoted = false;
  const endRow = (): void => {
    row.push(field);
    if (row.length > 1 || row[0].trim() !== "") rows.push(row); // blank lines are none
    [row, field] = [[], ""];
  };
  for (let at = 0; at < text.length; at++) {
    const letter = text[at];
    if (quoted) {
      if (letter !== '"') field += letter;
      else if (text[at + 1] === '"') field += text[++at];
      else quoted = false;
    } else if (letter === '"' && field.trim() === "") [quoted, field] = [true, ""];
    else if (letter === separator) [row, field] = [[...row, field], ""];
    else if (letter === "\n") endRow();
    else if (letter !== "\r") field += letter;
  }
  if (quoted) {
    throw new InputError({ subject: name, expected: "CSV", got: "a quote that never ends", todo: "Correct the file." });
  }
  if (field !== "" || row.length > 0) endRow();
  return rows;
}
