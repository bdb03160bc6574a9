import { InputError } from "../../errors.ts";
import { caseId, isVolumePath, withoutChannel } from "../case-id.ts";
import { checkManifest, type LabeledCase, type Manifest, type TestCase } from "../manifest.ts";

/** Files that a person names one by one or by folder, each path as the caller's `readFile` understands it. */
export interface PlainFolders {
  readonly name: string;
  /** `--atlas` files, and the `--labels` file of each, in the same order. */
  readonly atlases: readonly string[];
  readonly labels: readonly string[];
  /** All files of `--unlabeled`, `--test` and `--test-labels`; what is no volume is left out here. */
  readonly unlabeled: readonly string[];
  readonly test: readonly string[];
  readonly testLabels: readonly string[];
}

/**
 * The manifest of scans that lie in plain folders. A test scan and its label map carry the same file name, or
 * nnU-Net's pair `case_0000.nii.gz` and `case.nii.gz`. The atlas may lie in the unlabeled folder; it is taken out there.
 * @throws InputError for an atlas without labels, an empty folder, a test label with no image, an id twice.
 */
export function plainFolders(files: PlainFolders): Manifest {
  if (files.atlases.length === 0 || files.atlases.length !== files.labels.length) {
    throw new InputError({
      subject: "--atlas and --labels",
      expected: "one label file for each atlas, at least one",
      got: `${files.atlases.length} atlas and ${files.labels.length} label files`,
      todo: "Give both flags with their files in the same order.",
    });
  }
  const unlabeled = files.unlabeled.filter((path) => isVolumePath(path) && !files.atlases.includes(path));
  if (unlabeled.length === 0) throw emptyFolder("--unlabeled", files.unlabeled);
  const test = files.test.filter(isVolumePath);
  if (files.test.length > 0 && test.length === 0) throw emptyFolder("--test", files.test);
  return checkManifest(
    {
      name: files.name,
      labels: {},
      atlases: files.atlases.map(
        (image, index): LabeledCase => ({ id: caseId(image), image, labels: files.labels[index] }),
      ),
      unlabeled: unlabeled.map((image) => ({ id: caseId(image), image })),
      validation: [],
      test: pairTest(test, files.testLabels.filter(isVolumePath)),
    },
    files.name,
  );
}

/** Each test scan with its label map where there is one. @throws InputError for a label map with no scan. */
function pairTest(images: readonly string[], labels: readonly string[]): readonly TestCase[] {
  const labelsById = new Map(labels.map((path) => [caseId(path), path]));
  const cases = images.map((image): TestCase => {
    const id = caseId(image);
    const key = labelsById.has(id) ? id : withoutChannel(id);
    const found = labelsById.get(key);
    labelsById.delete(key);
    return found === undefined ? { id, image } : { id: key, image, labels: found };
  });
  const [orphan] = labelsById.values();
  if (orphan === undefined) return cases;
  throw new InputError({
    subject: orphan,
    expected: "a test scan of the same file name",
    got: `none among ${images.length} test scans`,
    todo: "Add the scan to --test, or take the label map out of --test-labels.",
  });
}

function emptyFolder(flag: string, found: readonly string[]): InputError {
  return new InputError({
    subject: flag,
    expected: "a folder with at least one volume (.nii.gz, .nii, .hdr with .img)",
    got: found.length === 0 ? "an empty folder" : `${found.length} files, none of them a volume`,
    todo: "Check the path.",
  });
}
