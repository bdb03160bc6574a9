export type NiftiDataType =
  | "uint8"
  | "int8"
  | "int16"
  | "uint16"
  | "int32"
  | "uint32"
  | "int64"
  | "uint64"
  | "float32"
  | "float64";

interface DataTypeFacts {
  /** What stands for it in the header. */
  readonly code: number;
  /** Size of one number. */
  readonly bytes: number;
  readonly low: number;
  readonly high: number;
}

/** The numbers that a NIfTI file may hold and that we read and write. */
export const NIFTI_DATA_TYPES: Readonly<Record<NiftiDataType, DataTypeFacts>> = {
  uint8: { code: 2, bytes: 1, low: 0, high: 2 ** 8 - 1 },
  int8: { code: 256, bytes: 1, low: -(2 ** 7), high: 2 ** 7 - 1 },
  int16: { code: 4, bytes: 2, low: -(2 ** 15), high: 2 ** 15 - 1 },
  uint16: { code: 512, bytes: 2, low: 0, high: 2 ** 16 - 1 },
  int32: { code: 8, bytes: 4, low: -(2 ** 31), high: 2 ** 31 - 1 },
  uint32: { code: 768, bytes: 4, low: 0, high: 2 ** 32 - 1 },
  // Above 2^53 an integer has no exact double; such voxels are read as the nearest one and never written.
  int64: { code: 1024, bytes: 8, low: -(2 ** 53), high: 2 ** 53 },
  uint64: { code: 1280, bytes: 8, low: 0, high: 2 ** 53 },
  float32: { code: 16, bytes: 4, low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY },
  float64: { code: 64, bytes: 8, low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY },
};

/** Types of the standard that hold no single real number, to name them when they are refused. */
const REFUSED: Readonly<Record<number, string>> = {
  0: "no type",
  1: "single bits",
  32: "complex numbers",
  128: "RGB colors",
  1536: "128-bit floats",
  1792: "complex numbers",
  2048: "complex numbers",
  2304: "RGBA colors",
};

export function niftiDataTypeOf(code: number): NiftiDataType | undefined {
  return (Object.keys(NIFTI_DATA_TYPES) as NiftiDataType[]).find((name) => NIFTI_DATA_TYPES[name].code === code);
}

export function describeDataTypeCode(code: number): string {
  return REFUSED[code] === undefined ? `the unknown type code ${code}` : `${REFUSED[code]} (type code ${code})`;
}
