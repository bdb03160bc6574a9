import {
  concat,
  conv,
  convParameters,
  leakyRelu,
  type ParameterSpecs,
  type Parameters,
  pad,
  sliceAxis,
  type Tensor,
} from "@voxelsmith/engine";
import { cropTo, padToMultiple } from "../../networks/pad-to-multiple.ts";
import { spatialLayers } from "../../networks/spatial-layers.ts";

const SLOPE = 0.2; // stored in the file as 0.20000000298023224
/** Output channels of `conv3d_1` to `conv3d_11`, in the order of the graph. */
const WIDTHS = [16, 32, 32, 32, 32, 32, 32, 32, 32, 16, 16];
/** Input channels of the same; those behind a skip take both. */
const INPUTS = [2, 16, 32, 32, 32, 64, 64, 48, 32, 34, 16];

/** The network halves four times. */
const MULTIPLE = 16;

/**
 * Parameters of brainstorm's published spatial models, `spatial_transform_model.h5` and `..._bck.h5`, by the names
 * that `readWeights` gives them: 300,547. `prefix` is the sub-model's, such as `flow_bck_model.` inside the appearance
 * model.
 */
export function brainstormSpatialParameters(prefix = ""): ParameterSpecs {
  const kernel = [3, 3, 3];
  const layers = WIDTHS.map((outputs, i) =>
    convParameters(`${prefix}conv3d_${i + 1}`, { inputs: INPUTS[i], outputs, kernel }),
  );
  return Object.assign({}, ...layers, convParameters(`${prefix}flow`, { inputs: 16, outputs: 3, kernel }));
}

/**
 * The published network's field `[N, 3, D, H, W]` as Keras returns it: voxels, channels in the order of
 * `indexing="xy"`, that is H, D, W. `brainstormSpatialNet` gives it in our order. Images are `[N, 1, D, H, W]` in
 * 0..1, any extents: pads and crops inside.
 *
 * Not `registrationNet`: two convolutions run at half resolution, and strided ones pad as TensorFlow does.
 * Source: the graph stored in the files, xamyzhao/brainstorm at 4634c60, trained_models/.
 */
export function brainstormFlow(parameters: Parameters, moving: Tensor, fixed: Tensor, prefix = ""): Tensor {
  const weights = (name: string) =>
    [parameters[`${prefix}${name}.weight`], parameters[`${prefix}${name}.bias`]] as const;
  const layer = (i: number, x: Tensor, options: { stride?: number; padding?: number } = {}): Tensor =>
    leakyRelu(conv(x, ...weights(`conv3d_${i}`), options), SLOPE);
  const down = (i: number, x: Tensor): Tensor => layer(i, padBehind(x), { stride: 2, padding: 0 });

  const pair = padToMultiple(concat([moving, fixed]), MULTIPLE); // [N, 2, D, H, W]
  const { convWithSkip } = spatialLayers(pair.shape.slice(2)); // padded, thus without flat axes
  const up = (i: number, x: Tensor, skip: Tensor): Tensor =>
    leakyRelu(convWithSkip(x, skip, ...weights(`conv3d_${i}`)), SLOPE);
  const half = down(1, pair); // [N, 16, D/2, ...]
  const quarter = down(2, half); // [N, 32, D/4, ...]
  const eighth = down(3, quarter); // [N, 32, D/8, ...]
  const sixteenth = layer(5, down(4, eighth)); // [N, 32, D/16, ...]
  let x = up(6, sixteenth, eighth); // [N, 32, D/8, ...]
  x = up(7, x, quarter); // [N, 32, D/4, ...]
  x = layer(9, up(8, x, half)); // [N, 32, D/2, ...]
  x = layer(11, up(10, x, pair)); // [N, 16, D, H, W]
  const flow = conv(x, ...weights("flow")); // [N, 3, D, H, W]
  return cropTo(flow, moving.shape.slice(2));
}

/**
 * Displacement `[N, 3, D, H, W]` in voxels, channels in D, H, W order, that pulls `moving` onto `fixed`: warped(x) =
 * moving(x + u(x)), as our `warp`. That Keras's first two channels are swapped is an interpretation (the file does not
 * say it, brainstorm's loader does): with the swap Dice of the stored pair is 0.779, without it 0.669.
 */
export function brainstormSpatialNet(parameters: Parameters, moving: Tensor, fixed: Tensor, prefix = ""): Tensor {
  const flow = brainstormFlow(parameters, moving, fixed, prefix); // [N, 3, D, H, W]
  const channel = (c: number): Tensor => sliceAxis(flow, 1, c, c + 1); // [N, 1, D, H, W]
  return concat([channel(1), channel(0), channel(2)]); // [N, 3, D, H, W]
}

/** TensorFlow's `same` at stride 2, even extent and kernel 3: nothing before and one zero behind. */
function padBehind(x: Tensor): Tensor {
  const behind = x.shape.map((_, axis) => (axis < 2 ? 0 : 1));
  return pad(
    x,
    behind.map(() => 0),
    behind,
  );
}
