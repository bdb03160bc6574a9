import { add } from "../../ops/arithmetic.ts";
import { type Interpolation, identityGrid, integrateVelocity, sampleAt, warp } from "../../ops/sample.ts";
import { input, type Tensor } from "../../tensor.ts";
import { at, filled, type NdArray } from "../nd-array.ts";
import {
  awayFromZero,
  coordinates,
  type Draw,
  displacement,
  fixedInput,
  normal,
  type OpConformance,
} from "../op-case.ts";
import { integrateVelocityTwin, sampleAtTwin, warpTwin } from "../twins/sample.ts";

/** Images of 2-D and 3-D, batch 1 and 2, and one that is a single voxel thick. */
const IMAGES: readonly (readonly number[])[] = [
  [1, 1, 3, 4],
  [2, 2, 4, 3],
  [1, 2, 3, 4, 3],
  [2, 1, 3, 2, 3],
  [1, 2, 1, 3],
];

const MODES: readonly Interpolation[] = ["linear", "nearest"];

/** Nearest has no slope in the coordinates. */
const asked = (mode: Interpolation, draw: Draw): Draw => (mode === "linear" ? draw : fixedInput(draw));

export const SAMPLE_AT: OpConformance = {
  cases: IMAGES.flatMap((shape) =>
    MODES.map((mode) => {
      const extents = shape.slice(2);
      const output = extents.map((_, a) => a + 2);
      return {
        name: `[${shape}], ${mode}`,
        inputs: [normal(shape), asked(mode, coordinates(shape[0], extents, output))],
        build: (image: Tensor, points: Tensor) => sampleAt(image, points, mode),
        twin: (image: NdArray, points: NdArray) => sampleAtTwin(image, points, mode),
      };
    }),
  ),
  bad: [
    () => sampleAt(input("image", [1, 1, 4, 4]), input("at", [1, 3, 4, 4])),
    () => sampleAt(input("image", [1, 1, 4, 4]), input("at", [2, 2, 4, 4])),
    () => sampleAt(input("image", [1, 1, 4, 4, 4]), input("at", [1, 3, 4, 4])),
    () => sampleAt(input("image", [1, 1, 4]), input("at", [1, 1, 4])),
  ],
};

export const WARP: OpConformance = {
  cases: IMAGES.flatMap((shape) =>
    MODES.map((mode) => ({
      name: `[${shape}], ${mode}`,
      inputs: [normal(shape), asked(mode, displacement(shape[0], shape.slice(2)))],
      build: (image: Tensor, field: Tensor) => warp(image, field, mode),
      twin: (image: NdArray, field: NdArray) => warpTwin(image, field, mode),
    })),
  ),
  bad: [
    () => warp(input("image", [1, 1, 4, 4]), input("field", [1, 2, 4, 5])),
    () => warp(input("image", [1, 1, 4, 4]), input("field", [1, 3, 4, 4])),
    () => warp(input("image", [2, 1, 4, 4]), input("field", [1, 2, 4, 4])),
  ],
};

export const INTEGRATE_VELOCITY: OpConformance = {
  cases: (
    [
      [[1, 2, 4, 3], 1],
      [[2, 2, 3, 3], 3],
      [[1, 3, 3, 3, 2], 2],
    ] as const
  ).map(([shape, steps]) => ({
    name: `[${shape}], ${steps} steps`,
    inputs: [awayFromZero(shape)],
    build: (velocity: Tensor) => integrateVelocity(velocity, steps),
    twin: (velocity: NdArray) => integrateVelocityTwin(velocity, steps),
  })),
  bad: [() => integrateVelocity(input("v", [1, 3, 4, 4])), () => integrateVelocity(input("v", [1, 2, 4]))],
};

export const IDENTITY_GRID: OpConformance = {
  cases: [
    [1, 2, 3, 4],
    [2, 3, 2, 3, 2],
  ].map((shape) => ({
    name: `[${shape}]`,
    inputs: [normal(shape)],
    build: (x: Tensor) => add(x, identityGrid(shape.slice(2))),
    twin: (x: NdArray) => filled(shape, (index) => at(x, index) + index[index[1] + 2]),
  })),
  bad: [],
};
