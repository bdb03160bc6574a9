import { zipSync } from "fflate";

/** An array as numpy writes it. */
export function npy(shape: readonly number[], values: readonly number[], type = "|u1"): Uint8Array {
  const header = `{'descr': '${type}', 'fortran_order': False, 'shape': (${shape.join(", ")},), }`
    .padEnd(117)
    .concat("\n");
  return Uint8Array.from([
    0x93,
    ...new TextEncoder().encode("NUMPY"),
    1,
    0,
    header.length,
    0,
    ...new TextEncoder().encode(header),
    ...values,
  ]);
}

/** A 3-D data set of MedMNIST: the same `images` `[n, D, H, W]` in each split, of the classes 0, 1, 0, ... */
export function medmnistFile(images: Uint8Array, count: number, changes: Record<string, Uint8Array> = {}): Uint8Array {
  const classes = Array.from({ length: count }, (_, index) => index % 2);
  return zipSync({
    ...Object.fromEntries(
      ["train", "val", "test"].flatMap((part) => [
        [`${part}_images.npy`, images],
        [`${part}_labels.npy`, npy([count, 1], classes)],
      ]),
    ),
    ...changes,
  });
}
