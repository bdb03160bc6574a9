import { gunzipSync, gzipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { InputError } from "../errors.ts";
import { type Affine, affineFromParts, rotationFromEuler } from "../volume/affine.ts";
import { sameGrid } from "../volume/grid.ts";
import { toLabelMap } from "../volume/label-map.ts";
import type { Dims, Volume } from "../volume/volume.ts";
import { NIFTI_DATA_TYPES, type NiftiDataType } from "./nifti-data-type.ts";
import { readNifti } from "./nifti-read.ts";
import { writeNifti, writeNiftiPair } from "./nifti-write.ts";

const oblique: Affine = affineFromParts(
  rotationFromEuler(0.2, -0.4, 1.1).map((value, index) => value * [1.5, -0.75, 3][index % 3]),
  [-30, 12.5, 7],
);
const dims: Dims = [5, 4, 3];

function volumeOf(value: (index: number) => number, affine: Affine = oblique): Volume {
  return { kind: "image", dims, affine, data: Float32Array.from({ length: 60 }, (_, index) => value(index)) };
}

const types = Object.keys(NIFTI_DATA_TYPES) as NiftiDataType[];

describe("writing and reading back", () => {
  it.each(types)("%s keeps every value that it can hold", (dataType) => {
    const { low, high } = NIFTI_DATA_TYPES[dataType];
    // The extremes that float32 tells exactly, and small numbers of both signs where there are any.
    const ends = [Math.max(low, -(2 ** 24)), Math.min(high, 2 ** 24)].filter(Number.isFinite);
    const volume = volumeOf((index) => ends[index] ?? (low < 0 ? index - 30 : index));
    const bytes = writeNifti(volume, { dataType, gzip: false });
    const file = readNifti(bytes, { name: "a.nii" });
    expect(file.header.dataType).toBe(dataType);
    expect(file.readVolume().data).toEqual(volume.data);
    expect(sameGrid(file.grid, volume)).toBe(true);
  });

  it.each(types)("%s in both byte orders and both versions", (dataType) => {
    const volume = volumeOf((index) => index);
    for (const start of [bigEndian(writeNifti(volume, { gzip: false })), nifti2(volume)]) {
      const like = readNifti(start, { name: "like.nii" }).header;
      const written = readNifti(writeNifti(volume, { like, dataType }), { name: "a.nii.gz" });
      expect(written.header).toMatchObject({ format: like.format, littleEndian: like.littleEndian, dataType });
      expect(written.readVolume().data).toEqual(volume.data);
    }
  });

  it("values beyond the type are an error, not another value", () => {
    expect(() =>
      writeNifti(
        volumeOf(() => 256),
        { dataType: "uint8" },
      ),
    ).toThrow(InputError);
    expect(() =>
      writeNifti(
        volumeOf(() => Number.NaN),
        { dataType: "int16" },
      ),
    ).toThrow("NaN");
  });

  it("labels take the smallest type that holds them", () => {
    const typeFor = (largest: number): string => {
      const labels = toLabelMap({ dims, affine: oblique }, new Float64Array(60).fill(largest), "labels");
      const file = readNifti(writeNifti(labels), { name: "l.nii.gz" });
      expect(file.readLabels().data).toEqual(labels.data);
      return file.header.dataType;
    };
    expect([255, 256, 32_767, 32_768, 2_000_000_000].map(typeFor)).toEqual([
      "uint8",
      "int16",
      "int16",
      "int32",
      "int32",
    ]);
  });

  it("vectors and series keep their order", () => {
    const data = Float32Array.from({ length: 180 }, (_, index) => index / 7);
    for (const kind of ["vectors", "series"] as const) {
      const file = readNifti(writeNifti({ kind, dims, affine: oblique, count: 3, data }), { name: "f.nii.gz" });
      expect(file.header.shape).toEqual(kind === "vectors" ? [5, 4, 3, 1, 3] : [5, 4, 3, 3]);
      expect(file.readSeries()).toMatchObject({ kind, count: 3, data });
    }
  });

  it("a pair is read as the single file", () => {
    const volume = volumeOf((index) => index);
    for (const gzip of [true, false]) {
      const { header, image } = writeNiftiPair(volume, { gzip });
      expect(readNifti(header, { name: "p.hdr", image }).readVolume().data).toEqual(volume.data);
    }
  });

  it("equal content gives equal bytes", () => {
    expect(writeNifti(volumeOf((index) => index))).toEqual(writeNifti(volumeOf((index) => index)));
  });
});

describe("results on the input's own grid", () => {
  it("takes over every byte of the header but those on how voxels are stored", () => {
    const input = writeNifti(
      volumeOf((index) => index),
      { gzip: false, dataType: "int16", description: "a scan" },
    );
    const view = new DataView(input.buffer);
    view.setInt16(252, 1, true); // qform: scanner
    view.setInt16(254, 4, true); // sform: MNI
    view.setUint8(123, 2 + 8); // mm and seconds
    view.setUint8(39, 57); // frequency, phase and slice axes
    view.setFloat32(112, 2, true); // slope
    view.setFloat32(124, 900, true); // display range
    const like = readNifti(input, { name: "in.nii" }).header;
    const labels = toLabelMap(like.grid, new Float64Array(60).fill(1), "labels");
    const output = writeNifti(labels, { like, gzip: false });
    const changed = new Set<number>();
    for (let index = 0; index < 348; index++) if (input[index] !== output[index]) changed.add(index);
    const storage = [...range(70, 74), ...range(112, 116), ...range(124, 128)]; // type, bits, slope, display range
    expect([...changed].filter((index) => !storage.includes(index))).toEqual([]);
    expect(readNifti(output, { name: "out.nii" }).header).toMatchObject({
      grid: like.grid,
      qformCode: 1,
      sformCode: 4,
      slope: 1,
      dataType: "uint8",
      description: "a scan",
    });
  });

  it("refuses a result on another grid", () => {
    const like = readNifti(writeNifti(volumeOf(() => 1)), { name: "in.nii.gz" }).header;
    const moved = affineFromParts([1, 0, 0, 0, 1, 0, 0, 0, 1], [0, 0, 0]);
    expect(() =>
      writeNifti(
        volumeOf(() => 1, moved),
        { like },
      ),
    ).toThrow(InputError);
  });

  it("meters are read as mm and written as meters again", () => {
    const bytes = writeNifti(
      volumeOf((index) => index),
      { gzip: false },
    );
    bytes[123] = 1;
    const file = readNifti(bytes, { name: "m.nii" });
    expect(file.grid.affine[3]).toBeCloseTo(-30_000, 2);
    const again = readNifti(writeNifti(file.readVolume(), { like: file.header }), { name: "m.nii.gz" });
    expect(again.grid).toEqual(file.grid);
    expect(again.header.bytes[123]).toBe(1);
  });

  it("an ANALYZE pair comes back as NIfTI with the same assumption about its axes", () => {
    const { header, image } = writeNiftiPair(
      volumeOf((index) => index),
      { gzip: false },
    );
    header.fill(0, 252, 348);
    header[252] = 3; // an orientation of ANALYZE, where NIfTI has its qform code
    const file = readNifti(header, { name: "old.hdr", image });
    expect(file.header).toMatchObject({ format: "analyze", affineFrom: "pixdim" });
    const again = readNifti(writeNifti(file.readVolume(), { like: file.header }), { name: "new.nii.gz" });
    expect(again.grid).toEqual(file.grid);
    expect(again.readVolume()).toEqual(file.readVolume());
  });
});

describe("damaged files", () => {
  const good = writeNifti(volumeOf((index) => Math.sin(index)));

  it("any truncation is an InputError", () => {
    for (let length = 0; length < good.length; length++) {
      expect(() => readNifti(good.slice(0, length), { name: "cut.nii.gz" }), `${length} bytes`).toThrow(InputError);
    }
  });

  it("any flipped bit of the compressed voxels is an InputError", () => {
    for (let index = 10; index < good.length; index += 3) {
      const bytes = good.slice();
      bytes[index] ^= 0x10;
      expect(() => readNifti(bytes, { name: "flipped.nii.gz" }), `byte ${index}`).toThrow(InputError);
    }
  });

  it("any change of any header byte is read or refused, and never takes long", () => {
    const plain = gunzipSync(good);
    for (let index = 0; index < 352; index++) {
      for (const value of [0, 1, 0x10, 0x7f, 0x80, 0xff]) {
        const bytes = plain.slice();
        bytes[index] = value;
        try {
          readNifti(bytes, { name: "changed.nii" }).readVolume({ index: 0, nonFinite: "zero" });
        } catch (error) {
          expect(error, `byte ${index} = ${value}`).toBeInstanceOf(InputError);
        }
      }
    }
  });

  it("files compressed in several members are read as one", () => {
    const plain = gunzipSync(good);
    const members = [plain.slice(0, 100), plain.slice(100, 400), plain.slice(400)].map((part) => gzipSync(part));
    const joined = Uint8Array.from(members.flatMap((member) => [...member]));
    expect(readNifti(joined, { name: "blocks.nii.gz" }).readVolume().data).toEqual(
      readNifti(good, { name: "a.nii.gz" }).readVolume().data,
    );
  });

  it("a compressed header that promises terabytes is refused after reading what is there", () => {
    const plain = gunzipSync(good);
    const view = new DataView(plain.buffer);
    for (const axis of [1, 2, 3]) view.setInt16(40 + 2 * axis, 32_000, true);
    expect(() => readNifti(gzipSync(plain), { name: "huge.nii.gz" })).toThrow(InputError);
  });
});

function range(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}

/** A NIfTI-1 file with the bytes of each header field in the other order, made independently of the writer. */
function bigEndian(bytes: Uint8Array): Uint8Array {
  const swapped = bytes.slice();
  const swap = (start: number, size: number, count: number): void => {
    for (let n = 0; n < count; n++) swapped.subarray(start + n * size, start + (n + 1) * size).reverse();
  };
  swap(0, 4, 1);
  swap(40, 2, 8);
  swap(56, 4, 3);
  swap(68, 2, 4);
  swap(76, 4, 11);
  swap(120, 2, 1);
  swap(124, 4, 4);
  swap(252, 2, 2);
  swap(256, 4, 18);
  swap(352, 4, 60);
  return swapped;
}

/** A NIfTI-2 file: what the writer makes of a grid too long for NIfTI-1, with the true extents put in. */
function nifti2(volume: Volume): Uint8Array {
  const long: Volume = { ...volume, dims: [40_000, 1, 1], data: new Float32Array(40_000) };
  const bytes = writeNifti(long, { gzip: false });
  const view = new DataView(bytes.buffer);
  volume.dims.forEach((extent, axis) => {
    view.setBigInt64(16 + 8 * (axis + 1), BigInt(extent), true);
  });
  return bytes;
}
