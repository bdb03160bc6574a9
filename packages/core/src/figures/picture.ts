import { encode } from "fast-png";

/** An RGB picture, rows from the top. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** Okabe and Ito's colors, told apart by color-blind readers; labels beyond the seventh begin again. */
const COLORS = [
  [230, 159, 0],
  [86, 180, 233],
  [0, 158, 115],
  [240, 228, 66],
  [213, 94, 0],
  [204, 121, 167],
  [0, 114, 178],
] as const;

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
      data.set(edge ? COLORS[(own - 1) % COLORS.length] : [gray, gray, gray], pixel);
    }
  }
  return { width: columns * zoom, height: rows * zoom, data };
}

/** Pictures in rows on white, each in the middle of a cell as large as the largest picture, with a gap between them. */
export function montage(rows: readonly (readonly Picture[])[], gap = 4): Picture {
  const all = rows.flat();
  const cell = {
    width: Math.max(...all.map((picture) => picture.width)),
    height: Math.max(...all.map((picture) => picture.height)),
  };
  const columns = Math.max(...rows.map(({ length }) => length));
  const width = columns * (cell.width + gap) + gap;
  const height = rows.length * (cell.height + gap) + gap;
  const data = new Uint8Array(3 * width * height).fill(255);
  for (const [r, row] of rows.entries()) {
    for (const [c, picture] of row.entries()) {
      const left = gap + c * (cell.width + gap) + Math.floor((cell.width - picture.width) / 2);
      const top = gap + r * (cell.height + gap) + Math.floor((cell.height - picture.height) / 2);
      for (let y = 0; y < picture.height; y++) {
        const from = 3 * y * picture.width;
        data.set(picture.data.subarray(from, from + 3 * picture.width), 3 * ((top + y) * width + left));
      }
    }
  }
  return { width, height, data };
}

/** The picture as a PNG file. */
export function encodePng({ width, height, data }: Picture): Uint8Array {
  return encode({ width, height, data, channels: 3, depth: 8 });
}
