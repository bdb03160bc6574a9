import { encode } from "fast-png";

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
