import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { InputError } from "../errors.ts";
import { readHdf5 } from "./read-hdf5.ts";
import { readWeights } from "./read-weights.ts";

// brainstorm's published models, written by Keras 2.2.4; kept outside the repository with their source and license.
const FOLDER = fileURLToPath(new URL("../../../../../shared/data/golden/published-weights/", import.meta.url));
const present = existsSync(`${FOLDER}weights_summary.json`);
if (!present) console.log(`Skipped the published Keras models: not at ${FOLDER}`);

interface Summary {
  readonly shape: readonly number[];
  readonly sha256_raw_C_order_LE: string;
}
const summary: Readonly<Record<string, { readonly datasets_under_model_weights: Readonly<Record<string, Summary>> }>> =
  present ? JSON.parse(readFileSync(`${FOLDER}weights_summary.json`, "utf8")) : {};
const bytesOf = (name: string): Uint8Array => new Uint8Array(readFileSync(`${FOLDER}${name}`));

describe.skipIf(!present)("published Keras models", () => {
  it.each(Object.keys(summary))("%s: every dataset by path, shape and bytes, no optimizer moments", (file) => {
    const got = [...readHdf5(bytesOf(file), file, "model_weights")].map(([path, { shape, type, bytes }]) => {
      expect(type).toBe("float32");
      return [path, { shape: [...shape], hash: createHash("sha256").update(bytes).digest("hex") }];
    });
    const wanted = Object.entries(summary[file].datasets_under_model_weights).map(([path, entry]) => {
      return [path, { shape: entry.shape, hash: entry.sha256_raw_C_order_LE }];
    });
    expect(Object.fromEntries(got)).toEqual(Object.fromEntries(wanted));
  });

  it("names follow the layers, kernels are [out, in, k, k, k]", () => {
    const file = "appearance_transform_model.h5";
    const arrays = readWeights(bytesOf(file), file);
    expect(arrays["app_trans_model.unet_dec0_conv3D_1_0.weight"]).toMatchObject({
      shape: [64, 96, 3, 3, 3],
      note: "Keras kernel [3, 3, 3, 96, 64] turned",
    });
    expect(Object.keys(arrays)).toContain("flow_bck_model.conv3d_10.bias");
    const spatial = readWeights(bytesOf("spatial_transform_model.h5"), "spatial");
    expect(spatial["conv3d_10.weight"].shape).toEqual([16, 34, 3, 3, 3]);
    const raw = readHdf5(bytesOf("spatial_transform_model.h5"), "spatial", "model_weights").get(
      "conv3d_10/conv3d_10_1/kernel:0",
    );
    const view = new DataView(raw?.bytes.buffer ?? new ArrayBuffer(0));
    // place [d, h, w, in, out] = [2, 0, 1, 33, 5] by hand
    const place = (((2 * 3 + 0) * 3 + 1) * 34 + 33) * 16 + 5;
    const turned = (((5 * 34 + 33) * 3 + 2) * 3 + 0) * 3 + 1;
    expect(spatial["conv3d_10.weight"].data[turned]).toBe(view.getFloat32(4 * place, true));
  });

  it("a cut or damaged file is refused", () => {
    const whole = bytesOf("spatial_transform_model.h5");
    for (const part of [0, 1, 2, 3, 4, 5, 6, 7].map((eighth) => Math.floor((eighth * whole.length) / 8))) {
      expect(() => readWeights(whole.slice(0, part + 100), "cut.h5")).toThrow(InputError);
    }
  });

  it("a byte of its structure changed raises InputError or nothing", () => {
    const file = bytesOf("spatial_transform_model.h5");
    for (let at = 0; at < 4000; at += 13) {
      const before = file[at];
      file[at] ^= 0xff;
      try {
        readHdf5(file, "broken.h5", "model_weights");
      } catch (error) {
        if (!(error instanceof InputError)) throw new Error(`byte ${at}`, { cause: error });
      }
      file[at] = before;
    }
  });
});
