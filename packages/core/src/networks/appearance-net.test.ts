import { parameterCount } from "@voxelsmith/engine";
import { expect, test } from "vitest";
import { APPEARANCE_PRESETS } from "../appearance/config.ts";
import { appearanceParameters } from "./appearance-net.ts";

test("the paper preset has the parameters of brainstorm's color_delta_unet_model", () => {
  expect(parameterCount(appearanceParameters(APPEARANCE_PRESETS.paper))).toBe(602_685);
});
