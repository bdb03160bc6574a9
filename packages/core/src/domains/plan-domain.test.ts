import { describe, expect, it } from "vitest";
import type { Manifest } from "../dataset/manifest.ts";
import { writeNifti } from "../io/nifti-write.ts";
import type { RunEvent } from "../run/progress.ts";
import { type Affine, scalingAffine } from "../volume/affine.ts";
import { reorient } from "../volume/orientation.ts";
import type { Dims } from "../volume/volume.ts";
import { checkDomainName, classCount, classNames, labelOfClass, parseDomainPlan } from "./plan.ts";
import { planDomain } from "./plan-domain.ts";

interface Made {
  readonly spacing: readonly [number, number, number];
  readonly values: readonly number[];
  readonly codes?: string;
  readonly dims?: Dims;
}

/** Scans whose first voxels carry the labels that are asked for. */
function dataset(made: Readonly<Record<string, Made>>): (path: string) => Promise<Uint8Array> {
  return async (path) => {
    const [id, kind] = path.split(".");
    const { spacing, values, codes = "RAS", dims = [6, 5, 4] } = made[id];
    const affine: Affine = scalingAffine(spacing);
    const size = dims[0] * dims[1] * dims[2];
    if (kind === "image") {
      const data = Float32Array.from({ length: size }, (_, index) => index);
      return writeNifti(reorient({ kind: "image", dims, affine, data }, codes));
    }
    const data = Int32Array.from({ length: size }, (_, index) => values[index] ?? 0);
    return writeNifti(reorient({ kind: "labels", dims, affine, data }, codes));
  };
}

function manifestOf(
  training: readonly string[],
  validation: readonly string[],
  labels: Record<string, string>,
): Manifest {
  const labeled = (id: string) => ({ id, image: `${id}.image.nii`, labels: `${id}.labels.nii` });
  const cases = { atlases: training.map(labeled), unlabeled: [], validation: validation.map(labeled), test: [] };
  return { name: "set", labels, ...cases };
}

const made: Readonly<Record<string, Made>> = {
  a: { spacing: [1, 2, 3], values: [1, 4] },
  b: { spacing: [2, 2, 5], values: [4], codes: "ASL" },
  c: { spacing: [4, 1, 4], values: [1, 4, 9] },
  v: { spacing: [9, 9, 9], values: [4] },
  slice: { spacing: [1, 1, 1], values: [1], dims: [6, 5, 1] },
  new: { spacing: [1, 1, 1], values: [1, 7] },
  rim: { spacing: [1, 1, 1], values: [6] },
};

describe("planDomain", () => {
  it("takes the median spacing along RAS of the training cases, and gives every label a class", async () => {
    const plan = await planDomain("set", manifestOf(["a", "b", "c"], ["v"], { 1: "one", 4: "four" }), dataset(made));
    expect(plan).toEqual({
      name: "set",
      spacingMm: [2, 2, 4],
      clipPercentiles: [0.5, 99.5],
      labels: { 1: { name: "one", class: 1 }, 4: { name: "four", class: 2 }, 9: { name: "", class: 3 } },
      training: ["a", "b", "c"],
      validation: ["v"],
    });
    expect(classCount(plan)).toBe(4);
    expect(labelOfClass(plan)).toEqual([0, 1, 4, 9]);
    expect(classNames(plan)).toEqual(["background", "one", "four", "label 9"]);
    expect(parseDomainPlan(JSON.parse(JSON.stringify(plan)), "plan.json")).toEqual(plan);
  });

  it("keeps the last cases for validation where the data set names none, and learns nothing from a label `ignore`", async () => {
    const manifest = manifestOf(["a", "b", "c", "new"], [], { 9: "ignore" });
    const plan = await planDomain("set", manifest, dataset({ ...made, new: made.a }), { validationShare: 0.25 });
    expect([plan.training, plan.validation]).toEqual([["a", "b", "c"], ["new"]]);
    expect(plan.labels[9].class).toBe(-1);
    expect(classCount(plan)).toBe(3);
  });

  it("leaves labels without an example out where it may, but not the last one", async () => {
    const leaveOut = { validationShare: 0, unseen: "leave-out" } as const;
    const plan = await planDomain("set", manifestOf(["b"], ["new"], { 1: "one", 4: "four" }), dataset(made), leaveOut);
    expect(plan.labels).toEqual({
      1: { name: "one", class: -1 },
      4: { name: "four", class: 1 },
      7: { name: "", class: -1 },
    });
    const nothing = planDomain("set", manifestOf(["b"], [], { 1: "one", 4: "ignore" }), dataset(made), leaveOut);
    await expect(nothing).rejects.toThrow("domain set: expected a training case with a label to learn");
  });

  it("says which named labels no case has, and learns nothing about them", async () => {
    const said: RunEvent[] = [];
    const hooks = { signal: new AbortController().signal, emit: (event: RunEvent) => said.push(event) };
    const plan = await planDomain("set", manifestOf(["a", "b"], [], { 5: "five" }), dataset(made), hooks);
    expect(plan.labels[5]).toEqual({ name: "five", class: -1 });
    const text = "domain set: no labeled case has 5 (five), so nothing is learned about it";
    expect(said.filter(({ kind }) => kind === "warning")).toEqual([{ kind: "warning", text }]);
  });

  it.each([
    [["a", "slice"], [], {}, /slice.image.nii: expected a 3-D volume, got a single slice of 6x5x1 voxels/],
    [["rim"], [], { 6: "ignore" }, /domain set: expected a training case with a label .*, got none but ignored ones/],
    [["a", "b"], ["new"], {}, /domain set: label 7: .* because case new has it/],
  ])("%j, %j, %j: bad input", async (training, validation, labels, words) => {
    await expect(planDomain("set", manifestOf(training, validation, labels), dataset(made))).rejects.toThrow(words);
  });
});

describe("domain plans that somebody edited", () => {
  const plan = {
    name: "set",
    spacingMm: [1, 1, 1],
    clipPercentiles: [0, 100],
    labels: { 0: { name: "", class: -1 }, 3: { name: "left", class: 1 }, 8: { name: "right", class: 1 } },
    training: ["a"],
    validation: [],
  };
  it("may join labels and leave background out of the loss", () => {
    const parsed = parseDomainPlan(plan, "plan.json");
    expect(classCount(parsed)).toBe(2);
    expect(labelOfClass(parsed)).toEqual([0, 3]);
  });
  it.each([
    [{ spacingMm: [1, 0, 1] }, "plan.json: spacingMm.1"],
    [{ labels: { 1: { name: "", class: 2 } } }, "none left out"],
    [{ labels: { one: { name: "", class: 1 } } }, "plan.json: labels.one"],
    [{ validation: ["a"] }, "for training or for validation"],
    [{ clipPercentiles: [9, 1] }, "the first must be below the second"],
    [{ training: [] }, "plan.json: training"],
    [{ spacing: 1 }, "plan.json"],
  ])("%j is refused by its name", (change, words) => {
    expect(() => parseDomainPlan({ ...plan, ...change }, "plan.json")).toThrow(words);
  });
  it("names without a place in a folder or a parameter are refused", () => {
    expect(() => checkDomainName("left/right", "--domain left/right=x")).toThrow("letters, digits");
    expect(() => checkDomainName("MSD_04-h", "--domain")).not.toThrow();
  });
});
