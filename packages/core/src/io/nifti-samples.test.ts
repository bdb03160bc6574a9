import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { InputError } from "../errors.ts";
import { spacingMm } from "../volume/affine.ts";
import { assertSameGrid } from "../volume/grid.ts";
import { labelValues } from "../volume/label-map.ts";
import { axisCodes } from "../volume/orientation.ts";
import { type NiftiFile, niftiPairNames, readNifti, readNiftiHeader } from "./nifti-read.ts";

// What nibabel 5.0 reads from public files, and files made to be odd or damaged; kept outside the repository.
const samples = fileURLToPath(new URL("../../../../../shared/data/import-samples/", import.meta.url));
const present = existsSync(samples);
if (!present) console.log(`Skipped the NIfTI samples: no folder ${samples}`);

interface Expected {
  readonly shape?: readonly number[];
  readonly dtype?: string;
  readonly zooms?: readonly number[];
  readonly affine?: readonly (readonly number[])[];
  readonly min?: number;
  readonly max?: number;
  readonly mean?: number;
  readonly nonfinite?: number;
  readonly axcodes?: string;
  readonly nibabel_error?: string;
}

/** Reads a sample with its .img, where there is one. */
function read(path: string): NiftiFile {
  const image = niftiPairNames(path)?.image;
  const beside = image !== undefined && existsSync(samples + image) ? { image: readFileSync(samples + image) } : {};
  return readNifti(readFileSync(samples + path), { name: path, ...beside });
}

function problemOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    return (error as InputError).message;
  }
  return "no error";
}

/** How many numbers differ: a listing of 70,000 of them helps nobody. */
function differences(first: ArrayLike<number>, second: ArrayLike<number>): number {
  let count = Math.abs(first.length - second.length);
  for (let index = 0; index < first.length; index++) if (first[index] !== second[index]) count += 1;
  return count;
}

// nibabel writes RGB and unreadable files without an intensity range; those must be refused here.
const dtypeNames: Record<string, string> = { ">i2": "int16", ">f4": "float32" };
// nibabel is lenient or strict where we decided otherwise; the reason stands at the tests below.
const decidedOtherwise = new Set(["nifti-odd/bad_sizeof_hdr.nii", "nifti-odd/odd_gzip_named_nii.nii"]);

describe.runIf(present)("every file that nibabel was asked to read", () => {
  const expected: Record<string, Expected> = present
    ? JSON.parse(readFileSync(`${samples}expected-nibabel-5.0.json`, "utf8"))
    : {};
  const names = Object.keys(expected).filter((name) => !decidedOtherwise.has(name));

  it.each(names.filter((name) => expected[name].min !== undefined))("%s has nibabel's geometry and values", (name) => {
    const want = expected[name];
    const file = read(name);
    expect(readNiftiHeader(readFileSync(samples + name), name)).toEqual(file.header);
    expect(file.header.shape).toEqual(want.shape);
    expect(file.header.dataType).toBe(dtypeNames[want.dtype ?? ""] ?? want.dtype);
    expect(axisCodes(file.grid.affine)).toBe(want.axcodes);
    const affine = want.affine?.flat() ?? [];
    // The expectations are rounded to 5 decimals.
    file.grid.affine.forEach((value, index) => {
      expect(Math.abs(value - affine[index])).toBeLessThan(1.1e-5);
    });
    if (file.header.affineFrom !== "pixdim" && name !== "nifti-reader-js/5D_small.nii") {
      spacingMm(file.grid.affine).forEach((mm, axis) => {
        if (want.zooms?.[axis] !== undefined) expect(mm).toBeCloseTo(want.zooms[axis], 4);
      });
    }
    const values = allValues(file);
    const finite = values.filter(Number.isFinite);
    expect(values.length - finite.length).toBe(want.nonfinite);
    const mean = finite.reduce((sum, value) => sum + value, 0) / finite.length;
    const tolerance = 1e-6 * Math.max(1, Math.abs(want.min ?? 0), Math.abs(want.max ?? 0));
    expect(Math.abs(finite.reduce((a, b) => Math.min(a, b)) - (want.min ?? 0))).toBeLessThan(tolerance);
    expect(Math.abs(finite.reduce((a, b) => Math.max(a, b)) - (want.max ?? 0))).toBeLessThan(tolerance);
    expect(Math.abs(mean - (want.mean ?? 0))).toBeLessThan(2 * tolerance);
  });

  it.each(names.filter((name) => expected[name].min === undefined))("%s is refused in one clear line", (name) => {
    const message = problemOf(() => read(name).readVolume());
    expect(message).toMatch(/expected .+, got .+\. .+/);
    expect(message).not.toContain("\n");
  });
});

/** As stored and scaled, NaN included, in double precision. */
function allValues(file: NiftiFile): Float64Array {
  const values: number[] = [];
  for (let index = 0; index < file.volumeCount; index++) {
    const strict = { index, nonFinite: "refuse" } as const;
    try {
      for (const value of file.readVolume(strict).data) values.push(value);
    } catch (error) {
      // The image with 0 in place of NaN; the count stands in the message.
      const count = Number(/got (\d+) of/.exec((error as Error).message)?.[1]);
      const zeroed = file.readVolume({ index, nonFinite: "zero" }).data;
      // Which voxels were spoiled does not matter to the sums: take away that many zeros.
      let left = count;
      for (const value of zeroed) {
        if (value === 0 && left > 0) {
          left -= 1;
          values.push(Number.NaN);
        } else values.push(value);
      }
    }
  }
  return Float64Array.from(values);
}

describe.runIf(present)("files that need a decision", () => {
  const odd = (name: string): NiftiFile => read(`nifti-odd/${name}`);
  const reference = (): Float32Array => odd("ok_uint8.nii.gz").readVolume().data;

  it("every type and byte order holds the same voxels", () => {
    const types = [
      "bigendian_int16",
      "float32",
      "float64",
      "int16",
      "int32",
      "int64",
      "nifti2_bigendian",
      "nifti2_int16",
    ];
    for (const type of [...types, "uint16", "uint32", "uint64", "4d_single"]) {
      expect(differences(odd(`ok_${type}.nii.gz`).readVolume().data, reference()), type).toBe(0);
    }
    expect(differences(odd("ok_bigendian_float32.nii").readVolume().data, reference())).toBe(0);
    expect(differences(odd("ok_pair.hdr").readVolume().data, reference())).toBe(0);
  });

  it("the two pairs of nifti-reader-js, as NIfTI-1 and NIfTI-2, are one image", () => {
    const [first, second] = ["air", "air2"].map((name) => read(`nifti-reader-js/${name}.hdr.gz`));
    expect(second.header.format).toBe("nifti-2");
    expect(second.grid).toEqual(first.grid);
    expect(differences(second.readVolume().data, first.readVolume().data)).toBe(0);
    expect(
      problemOf(() => readNifti(readFileSync(`${samples}nifti-reader-js/air.hdr.gz`), { name: "air.hdr.gz" })),
    ).toContain("air.img.gz");
  });

  it("content decides whether a .nii is compressed, but .gz must be true", () => {
    expect(differences(odd("odd_gzip_named_nii.nii").readVolume().data, reference())).toBe(0);
    expect(problemOf(() => odd("bad_gz_extension_but_plain.nii.gz"))).toContain("Take .gz off the name");
  });

  it("a wrong header size is refused, though nibabel reads on", () => {
    expect(problemOf(() => odd("bad_sizeof_hdr.nii"))).toContain("348 or 540");
  });

  it("scaling that is 0 or NaN means none", () => {
    expect(odd("odd_scl_slope_nan.nii.gz").header.slope).toBe(1);
    expect(differences(odd("ok_scl_slope_zero_means_unscaled.nii.gz").readVolume().data, reference())).toBe(0);
  });

  it("what had to be assumed is noted", () => {
    expect(odd("odd_bitpix_disagrees.nii").header.notes.join()).toContain("16 bits a voxel for uint8");
    expect(odd("ok_no_form_codes_pixdim_only.nii.gz").header.notes.join()).toContain("does not say how the scan lies");
    expect(odd("odd_pixdim_zero_no_forms.nii").grid).toEqual(odd("odd_pixdim_negative_no_forms.nii").grid);
    expect(odd("ok_uint8.nii.gz").header.notes).toEqual([]);
  });

  it("voxels behind the image are ignored, missing ones are not", () => {
    expect(differences(odd("odd_trailing_bytes.nii").readVolume().data, reference())).toBe(0);
    expect(problemOf(() => odd("bad_truncated_data.nii"))).toContain("got 5352 bytes");
  });

  it("NaN and infinite voxels are refused with their count, or read as 0 on request", () => {
    const file = odd("odd_nan_inf_voxels.nii.gz");
    expect(problemOf(() => file.readVolume())).toContain("29 of 67932 voxels");
    expect(file.readVolume({ nonFinite: "zero" }).data.every(Number.isFinite)).toBe(true);
  });

  it("several volumes are refused where one is needed, and read by their index", () => {
    const file = odd("ok_4d_three_volumes.nii.gz");
    expect(problemOf(() => file.readVolume())).toContain("3 volumes (36x51x37x3)");
    const series = file.readSeries();
    expect(series.count).toBe(3);
    expect(differences(file.readVolume({ index: 2 }).data, series.data.subarray(2 * 67932))).toBe(0);
    expect(() => file.readVolume({ index: 3 })).toThrow(RangeError);
  });

  it("slices are two-dimensional, whether dim says 2 or 3", () => {
    expect(odd("ok_2d.nii.gz")).toMatchObject({ ndim: 2, grid: { dims: [36, 51, 1] } });
    expect(odd("ok_single_slice.nii.gz").ndim).toBe(2);
  });

  it("vectors are known by their intent", () => {
    expect(read("nifti-reader-js/5D_small.nii").readSeries()).toMatchObject({
      kind: "vectors",
      count: 3,
      dims: [1, 2, 3],
    });
  });

  it("labels are integers from 0, in whatever type they are kept", () => {
    const labels = odd("ok_label.nii.gz").readLabels();
    expect(labelValues(labels)).toEqual([0, 1, 2]);
    expect(differences(odd("ok_label_float32.nii.gz").readLabels().data, labels.data)).toBe(0);
    expect(labelValues(odd("ok_label_values_1000_2000.nii.gz").readLabels())).toEqual([0, 1000, 2000]);
    expect(labelValues(odd("odd_all_zero_label.nii.gz").readLabels())).toEqual([0]);
    expect(problemOf(() => odd("bad_label_negative.nii.gz").readLabels())).toContain("such as -1");
    expect(problemOf(() => odd("bad_label_noninteger.nii.gz").readLabels())).toContain("such as");
  });

  it("labels on another grid than the image are refused", () => {
    const image = odd("ok_int16.nii.gz").grid;
    const check = (name: string): string => problemOf(() => assertSameGrid(image, odd(name).grid, "the image", name));
    expect(check("bad_label_shape_mismatch.nii.gz")).toContain("35x51x37 voxels instead of 36x51x37");
    expect(check("odd_label_other_affine.nii.gz")).toContain("5.39 mm away");
    expect(check("ok_label.nii.gz")).toBe("no error");
  });

  it("sheared axes are kept as they are", () => {
    expect(odd("odd_sheared_sform.nii.gz").grid.affine[1]).toBeCloseTo(0.3, 6);
  });
});
