import { describe, expect, it } from "vitest";
import { medmnistFile, npy } from "../../test-support/medmnist-file.ts";
import { readMedmnist } from "./read-medmnist.ts";

const cubes = npy([2, 1, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8]);
const file = (changes: Record<string, Uint8Array> = {}) => medmnistFile(cubes, 2, changes);

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
