import { ShapeError } from "../errors.ts";
import { broadcastShapes, formatShape, normalizeAxis, type Shape, sizeOf } from "../shape.ts";
import { apply, constant, type Op, type Tensor } from "../tensor.ts";
import { sumTo } from "./arithmetic.ts";
import { reshape, transpose } from "./reshape.ts";

function swapLast(x: Tensor): Tensor {
  const rank = x.shape.length;
  return transpose(x, [...x.shape.slice(0, -2).keys(), rank - 1, rank - 2]);
}

export const matmulOp: Op = {
  name: "matmul",
  infer: ([a, b]) => {
    const [rows, inner] = a.shape.slice(-2);
    const [innerB, columns] = b.shape.slice(-2);
    if (a.shape.length < 2 || b.shape.length < 2 || inner !== innerB) {
      throw new ShapeError(
        "matmul",
        "[..., m, k] and [..., k, n]",
        `${formatShape(a.shape)} and ${formatShape(b.shape)}`,
      );
    }
    return [...broadcastShapes("matmul", a.shape.slice(0, -2), b.shape.slice(0, -2)), rows, columns];
  },
  emit: (emitter, inputs) => emitter.node("MatMul", inputs),
  gradient: ({ inputs: [a, b] }, g, wanted) => [
    wanted[0] ? sumTo(matmul(g, swapLast(b)), a.shape) : undefined,
    wanted[1] ? sumTo(matmul(swapLast(a), g), b.shape) : undefined,
  ],
};

/** Matrix product over the last two axes, the others broadcast. */
export function matmul(a: Tensor, b: Tensor): Tensor {
  return apply(matmulOp, [a, b]);
}

/** Row-major `[rows, columns]`. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float32Array;
}

/**
 * y[.., r, ..] = sum_c matrix[r, c] x[.., c, ..] along one axis: box filters, Gaussian blur and linear upsampling
 * are all of this form. As a matrix product it runs at GEMM speed: a 9-tap box sum costs a tenth of an
 * AveragePool, and its gradient is the product with the transposed matrix.
 */
export function linearAlongAxis(x: Tensor, matrix: Matrix, axis: number): Tensor {
  const at = normalizeAxis("linearAlongAxis", axis, x.shape.length);
  if (matrix.values.length !== matrix.rows * matrix.columns) {
    const size = `${matrix.rows} x ${matrix.columns} values`;
    throw new ShapeError("linearAlongAxis", size, `${matrix.values.length}`);
  }
  if (matrix.columns !== x.shape[at]) {
    throw new ShapeError(
      "linearAlongAxis",
      `${x.shape[at]} columns for axis ${at} of ${formatShape(x.shape)}`,
      `${matrix.columns}`,
    );
  }
  const outer = sizeOf(x.shape.slice(0, at));
  const inner = sizeOf(x.shape.slice(at + 1));
  const result: Shape = x.shape.map((extent, a) => (a === at ? matrix.rows : extent));
  if (inner === 1) {
    const transposed = constant(transposeMatrix(matrix).values, [matrix.columns, matrix.rows]);
    return reshape(matmul(reshape(x, [outer, matrix.columns]), transposed), result);
  }
  const left = constant(matrix.values, [matrix.rows, matrix.columns]);
  return reshape(matmul(left, reshape(x, [outer, matrix.columns, inner])), result);
}

export function transposeMatrix({ rows, columns, values }: Matrix): Matrix {
  const transposed = new Float32Array(values.length);
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) transposed[c * rows + r] = values[r * columns + c];
  return { rows: columns, columns: rows, values: transposed };
}
