import { InputError } from "../errors.ts";
import { type ReadFile, readScan } from "../io/read-scan.ts";
import { assertThick } from "../volume/assert-thick.ts";
import type { Volume } from "../volume/volume.ts";
import { type Cube, cubeOf } from "./cube.ts";
import type { ClassifiedCube } from "./fine-tune-classification.ts";
import { type Medmnist, readMedmnist } from "./read-medmnist.ts";
import type { ClassifiedCase } from "./transfer-manifest.ts";

/** Reads images of a classification, each file of many cubes once. */
export type CubeLoader = (cases: readonly ClassifiedCase[]) => Promise<readonly ClassifiedCube[]>;

/**
 * Reads images as classification sees them: volume files, and `FILE.npz#SPLIT/INDEX` of MedMNIST, each such file once.
 * @throws InputError for files that cannot be read, slices, and images of a single value
 */
export function cubeReader(readFile: ReadFile): (image: string) => Promise<Cube> {
  const files = new Map<string, Medmnist>();
  const volumeOf = async (image: string): Promise<Volume> => {
    const at = image.lastIndexOf(".npz#");
    if (at < 0) return (await readScan(readFile, image)).volume;
    const path = image.slice(0, at + ".npz".length);
    const file = files.get(path) ?? readMedmnist(await readFile(path), path, path);
    files.set(path, file);
    const volume = file.volumes.get(image);
    if (volume !== undefined) return volume();
    throw new InputError({
      subject: path,
      expected: `the image ${image.slice(at + 5)}`,
      got: "a file without it",
      todo: "Give the file that the run began with.",
    });
  };
  return async (image) => {
    const volume = await volumeOf(image);
    assertThick(volume.dims, image);
    return cubeOf(volume, image);
  };
}

/** @throws InputError as `cubeReader` does */
export function cubeLoader(readFile: ReadFile, classes: readonly string[], signal: AbortSignal): CubeLoader {
  const read = cubeReader(readFile);
  return async (cases) => {
    const cubes: ClassifiedCube[] = [];
    for (const { id, image, class: name } of cases) {
      signal.throwIfAborted();
      cubes.push({ ...(await read(image)), id, classIndex: classes.indexOf(name) });
    }
    return cubes;
  };
}
