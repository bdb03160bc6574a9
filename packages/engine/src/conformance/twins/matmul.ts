import { broadcastShapes } from "../../shape.ts";
import { at, atBroadcast, filled, type NdArray } from "../nd-array.ts";

/** y[.., r, c] = sum_k a[.., r, k] b[.., k, c] */
export function matmulTwin(a: NdArray, b: NdArray): NdArray {
  const lead = broadcastShapes("twin", a.shape.slice(0, -2), b.shape.slice(0, -2));
  const inner = a.shape[a.shape.length - 1];
  return filled([...lead, a.shape[a.shape.length - 2], b.shape[b.shape.length - 1]], (index) => {
    const [row, column] = index.slice(-2);
    const batch = index.slice(0, -2);
    let sum = 0;
    for (let k = 0; k < inner; k++) sum += atBroadcast(a, [...batch, row, k]) * atBroadcast(b, [...batch, k, column]);
    return sum;
  });
}

/** y[.., r, ..] = sum_c matrix[r, c] x[.., c, ..] */
export function linearAlongAxisTwin(x: NdArray, matrix: NdArray, axis: number): NdArray {
  const [rows, columns] = matrix.shape;
  return filled(
    x.shape.map((extent, a) => (a === axis ? rows : extent)),
    (index) => {
      let sum = 0;
      for (let c = 0; c < columns; c++) {
        const source = index.map((i, a) => (a === axis ? c : i));
        sum += at(matrix, [index[axis], c]) * at(x, source);
      }
      return sum;
    },
  );
}
