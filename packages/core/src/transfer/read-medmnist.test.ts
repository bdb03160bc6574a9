import { zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { readMedmnist } from "./read-medmnist.ts";

/** An array as numpy writes it. */
function npy(shape: readonly number[], values: readonly number[], type = "|u1"): Uint8Array {
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

const cubes = npy([2, 1, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8]);
const file = (changes: Record<string, Uint8Array> = {}) =>
  zipSync({
    ...Object.fromEntries(
      ["train", "val", "test"].flatMap((part) => [
        [`${part}_images.npy`, cubes],
        [`${part}_labels.npy`, npy([2, 1], [0, 1])],
      ]),
    ),
    ...changes,
  });

describe("MedMNIST", () => {
  it("cases of three splits with their classes and volumes", () => {
    const { manifest, volumes } = readMedmnist(file(), "/data/set.npz", "set.npz", ["mass=1", "normal=0"]);
    expect(manifest.classes).toEqual(["mass", "normal"]);
    expect(manifest.validation).toEqual([
      { id: "validation_0000", image: "/data/set.npz#validation/0", class: "normal" },
      { id: "validation_0001", image: "/data/set.npz#validation/1", class: "mass" },
    ]);
    expect(volumes.get("/data/set.npz#test/1")?.()).toMatchObject({
      dims: [2, 2, 1],
      data: Float32Array.of(5, 6, 7, 8),
    });
  });

  it.each([
    [Uint8Array.of(1, 2, 3), "expected arrays of numbers in numpy's .npz, got another or a damaged file"],
    [file({ "val_labels.npy": npy([3, 1], [0, 1, 1]) }), "expected a 3-D data set of MedMNIST (val_images"],
    [
      file({ "val_labels.npy": npy([2, 1], [0]) }),
      "val_labels.npy: expected arrays of numbers in numpy's .npz, got 1 bytes",
    ],
    [file({ "val_labels.npy": npy([2, 1], [0, 1], "|O") }), "got an array of another kind"],
    [file({ "val_labels.npy": Uint8Array.of(1) }), "got no array"],
  ])("another file is refused (%#)", (bytes, words) => {
    expect(() => readMedmnist(bytes, "set.npz", "set.npz")).toThrow(words);
  });
});
