import { type UnzipFileInfo, unzipSync } from "fflate";
import { InputError } from "../errors.ts";
import { damagedFile, foreignFile } from "./refuse-file.ts";

/**
 * The records of a zip whose records are stored as they are, as torch writes them. Compressed records are refused, and
 * records that together are longer than the file (they overlap), so unpacking never takes more memory than the file.
 *
 * fflate believes the count of records that the file claims, up to 2^32; the filter throws at the first record that
 * is wrong or there twice, so a false count ends at once instead of after minutes.
 * @throws InputError for damage and for what no torch has written
 */
export function unpackStored(bytes: Uint8Array, subject: string): ReadonlyMap<string, Uint8Array> {
  const sizes = new Map<string, number>();
  let total = 0;
  const check = ({ name, size, originalSize, compression }: UnzipFileInfo): true => {
    const label = JSON.stringify(name.slice(0, 80));
    if (compression !== 0) {
      const got = `the compressed record ${label} of ${originalSize} bytes`;
      throw foreignFile(subject, "records stored as torch.save writes them", got, "Save it with torch.save.");
    }
    total += size;
    if (sizes.has(name) || size !== originalSize || !(total <= bytes.length)) {
      throw damagedFile(subject, `the record ${label} is there twice, overlaps others or has two sizes`);
    }
    sizes.set(name, size);
    return true;
  };
  let records: Record<string, Uint8Array>;
  try {
    records = unzipSync(bytes, { filter: check });
  } catch (cause) {
    if (cause instanceof InputError) throw cause;
    throw damagedFile(subject, "a zip without its list of records", cause);
  }
  for (const [name, size] of sizes) {
    const record = Object.hasOwn(records, name) ? records[name] : undefined;
    if (record?.length !== size)
      throw damagedFile(subject, `the record ${JSON.stringify(name.slice(0, 80))} is cut off`);
  }
  return new Map(Object.entries(records));
}
