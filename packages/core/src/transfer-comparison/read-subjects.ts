import { caseId } from "../dataset/case-id.ts";
import { parseCsv } from "../transfer/parse-csv.ts";

/** Whose image each case of a list is, by its column `subject`; nothing where it has none. */
export function readSubjects(csv: string, name: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    parseCsv(csv, name).flatMap(({ id, image, subject }): [string, string][] => {
      const own = id ?? (image === undefined ? undefined : caseId(image));
      return own === undefined || subject === undefined || subject === "" ? [] : [[own, subject]];
    }),
  );
}
