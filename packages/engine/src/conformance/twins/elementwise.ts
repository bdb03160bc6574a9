import { broadcastShapes } from "../../shape.ts";
import { at, atBroadcast, filled, type NdArray } from "../nd-array.ts";

/** The same function at every element. */
export function map(x: NdArray, f: (value: number) => number): NdArray {
  return filled(x.shape, (index) => f(at(x, index)));
}

/** The same function at every pair of elements, broadcasting. */
export function zip(a: NdArray, b: NdArray, f: (a: number, b: number) => number): NdArray {
  return filled(broadcastShapes("twin", a.shape, b.shape), (index) => f(atBroadcast(a, index), atBroadcast(b, index)));
}
