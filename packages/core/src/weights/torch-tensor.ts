import { formatShape, sizeOf } from "@voxelsmith/engine";
import { damagedFile } from "./refuse-file.ts";
import { type Allowance, type StoredArray, VALUE_BYTES } from "./stored-array.ts";
import type { StorageRef, TensorRef } from "./torch-globals.ts";

/** The bytes of a storage, wherever the format keeps them. */
export type FindStorage = (storage: StorageRef) => Uint8Array;

/**
 * A tensor's values in C order: element [i, j, ...] of the window lies at offset + i strides[0] + j strides[1] + ...
 * of its storage, so transposed, sliced, stretched and shared tensors all become plain arrays.
 * @throws InputError where the window reaches out of its storage
 */
export function readTensor(
  subject: string,
  name: string,
  tensor: TensorRef,
  find: FindStorage,
  allowance: Allowance,
): StoredArray {
  const { storage, shape, strides } = tensor;
  const { type } = storage;
  const size = VALUE_BYTES[type];
  const count = sizeOf(shape);
  const bytes = find(storage);
  const held = bytes.length / size;
  const offset = storage.viewOffset + tensor.offset;
  const last = offset + shape.reduce((sum, extent, axis) => sum + (extent - 1) * strides[axis], 0);
  if (count > 0 && !(last < held)) {
    const got = `${name} ${formatShape(shape)} reaches value ${last} of storage ${storage.key}, which holds ${held}`;
    throw damagedFile(subject, got);
  }
  allowance.spend(count * size, name);
  if (isContiguous(shape, strides)) return { shape, type, bytes: bytes.slice(offset * size, (offset + count) * size) };
  const out = new Uint8Array(count * size);
  const index = shape.map(() => 0);
  for (let to = 0; to < out.length; to += size) {
    const from = size * index.reduce((sum, at, axis) => sum + at * strides[axis], offset);
    for (let b = 0; b < size; b++) out[to + b] = bytes[from + b];
    for (let axis = shape.length - 1; axis >= 0 && ++index[axis] === shape[axis]; axis--) index[axis] = 0;
  }
  return { shape, type, bytes: out };
}

/** Do the values stand in C order? The stride along an axis of one element says nothing. */
function isContiguous(shape: readonly number[], strides: readonly number[]): boolean {
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && strides[axis] !== expected) return false;
    expected *= shape[axis];
  }
  return true;
}
