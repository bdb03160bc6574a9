import { unzipSync } from "fflate";
import { damagedFile, foreignFile } from "./refuse-file.ts";

/**
 * The records of a zip whose records are stored as they are, as torch writes them. Compressed records are refused, and records
 * that together are longer than the file (they overlap), so unpacking never takes more memory than the file.
 * @throws InputError for damage and for what no torch has written
 */
export function unpackStored(bytes: Uint8Array, subject: string): ReadonlyMap<string, Uint8Array> {
  const sizes = new Map<string, number>();
  let total = 0;
  let refused: Error | undefined;
  const take = ({
    name,
    size,
    originalSize,
    compression,
  }: {
    name: string;
    size: number;
    originalSize: number;
    compression: number;
  }): boolean => {
    const label = JSON.stringify(name.slice(0, 80));
    total += size;
    if (compression !== 0) {
      const got = `the compressed record ${label} of ${originalSize} bytes`;
      refused ??= foreignFile(
        subject,
        "records stored as they are, as torch.save writes them",
        got,
        "Save it with torch.save.",
      );
    } else if (sizes.has(name) || size !== originalSize || !(total <= bytes.length)) {
      refused ??= damagedFile(subject, `the record ${label} overlaps others or has two sizes`);
    }
    sizes.set(name, size);
    return refused === undefined; // nothing more is unpacked once something is wrong
  };
  let records: Record<string, Uint8Array>;
  try {
    records = unzipSync(bytes, { filter: take });
  } catch (cause) {
    throw damagedFile(subject, "a zip without its list of records", cause);
  }
  if (refused !== undefined) throw refused;
  for (const [name, size] of sizes) {
    const record = Object.hasOwn(records, name) ? records[name] : undefined;
    if (record?.length !== size)
      throw damagedFile(subject, `the record ${JSON.stringify(name.slice(0, 80))} is cut off`);
  }
  return new Map(Object.entries(records));
}
