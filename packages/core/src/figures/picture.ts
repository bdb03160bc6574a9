import { encode } from "fast-png";
import { labelColor } from "./label-colors.ts";

/** An RGB picture, rows from the top. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** A PNG file with the words that belong under it: text in a page can be read aloud, searched and set in its font. */
export interface CaptionedPicture {
  readonly png: Uint8Array;
  readonly caption: string;
}

export interface SliceView {
  /** `[D, H, W]` with the intensities from 0 (black) to 1 (white). */
  readonly image: Float32Array;
  /** `[D, H, W]`; the outline of every class but 0 is drawn in its color. */
  readonly classes?: ArrayLike<number>;
  readonly extents: readonly number[];
  /** Index along `axis`. */
  readonly slice: number;
  readonly axis: 0 | 1 | 2;
  /** Pixels a voxel. */
  readonly zoom: number;
}

/** One slice in gray with label outlines; the second of the two remaining axes runs to the right, the first upwards. */
export function slicePicture({ image, classes, extents, slice, axis, zoom }: SliceView): Picture {
  const [up, right] = [0, 1, 2].filter((other) => other !== axis);
  const strides = [extents[1] * extents[2], extents[2], 1];
  const [rows, columns] = [extents[up], extents[right]];
  const at = (row: number, column: number): number =>
    slice * strides[axis] + row * strides[up] + column * strides[right];
  const classAt = (y: number, x: number): number => {
    const [row, column] = [Math.floor(y / zoom), Math.floor(x / zoom)];
    return row < 0 || column < 0 || row >= rows || column >= columns ? 0 : (classes?.[at(row, column)] ?? 0);
  };
  const data = new Uint8Array(3 * rows * columns * zoom * zoom);
  let pixel = 0;
  for (let y = rows * zoom - 1; y >= 0; y--) {
    for (let x = 0; x < columns * zoom; x++, pixel += 3) {
      const own = classAt(y, x);
      const edge =
        own !== 0 &&
        (classAt(y - 1, x) !== own ||
          classAt(y + 1, x) !== own ||
          classAt(y, x - 1) !== own ||
          classAt(y, x + 1) !== own);
      const value = image[at(Math.floor(y / zoom), Math.floor(x / zoom))];
      const gray = Math.round(255 * Math.min(Math.max(value, 0), 1));
      data.set(edge ? labelColor(own) : [gray, gray, gray], pixel);
    }
  }
  return { width: columns * zoom, height: rows * zoom, data };
}

/** Pictures in rows on white, with a gap between them; each in the middle of its row's height and its column's width. */
export function montage(rows: readonly (readonly Picture[])[], gap = 4): Picture {
  const count = Math.max(...rows.map(({ length }) => length));
  const widths = Array.from({ length: count }, (_, c) => Math.max(...rows.map((row) => row[c]?.width ?? 0)));
  const heights = rows.map((row) => Math.max(...row.map(({ height }) => height)));
  const width = widths.reduce((sum, each) => sum + each + gap, gap);
  const height = heights.reduce((sum, each) => sum + each + gap, gap);
  const data = new Uint8Array(3 * width * height).fill(255);
  let rowTop = gap;
  for (const [r, row] of rows.entries()) {
    let columnLeft = gap;
    for (const [c, picture] of row.entries()) {
      const left = columnLeft + Math.floor((widths[c] - picture.width) / 2);
      const top = rowTop + Math.floor((heights[r] - picture.height) / 2);
      for (let y = 0; y < picture.height; y++) {
        const from = 3 * y * picture.width;
        data.set(picture.data.subarray(from, from + 3 * picture.width), 3 * ((top + y) * width + left));
      }
      columnLeft += widths[c] + gap;
    }
    rowTop += heights[r] + gap;
  }
  return { width, height, data };
}

/** The picture as a PNG file; up to 256 colors become a palette, which makes the file about half as large. */
export function encodePng({ width, height, data }: Picture): Uint8Array {
  const zlib = { level: 9 } as const;
  const numbers = new Map<number, number>();
  const indices = new Uint8Array(width * height);
  for (let pixel = 0; pixel < indices.length && numbers.size <= 256; pixel++) {
    const key = (data[3 * pixel] << 16) | (data[3 * pixel + 1] << 8) | data[3 * pixel + 2];
    const number = numbers.get(key) ?? numbers.size;
    if (number === numbers.size) numbers.set(key, number);
    indices[pixel] = number;
  }
  if (numbers.size > 256) return encode({ width, height, data, channels: 3, depth: 8 }, { zlib });
  const palette = [...numbers.keys()].map((key) => [key >> 16, (key >> 8) & 255, key & 255]);
  return encode({ width, height, data: indices, channels: 1, depth: 8, palette }, { zlib });
}
