import { decodeSafetensors, SafetensorsError } from "@voxelsmith/engine";
import { z } from "zod";
import { RESNET_DEPTHS, type ResnetConfig } from "../networks/resnet-config.ts";

/** The key of a safetensors file's metadata under which `pretrain` and `transfer` say what the encoder is, as JSON. */
export const ENCODER_METADATA = "encoder";

const four = z.array(z.number().int().positive()).length(4);
const encoderSchema: z.ZodType<ResnetConfig> = z.object({
  depth: z.union(RESNET_DEPTHS.map((depth) => z.literal(depth))),
  inputs: z.literal(1),
  widths: four,
  shortcut: z.enum(["A", "B"]),
  activation: z.enum(["post", "pre"]),
  layout: z.object({
    stem: z.tuple([z.number(), z.number(), z.number()]),
    strides: four,
    dilations: four,
  }),
});

/** The encoder that a file says it is of; undefined where it says nothing that can be understood. */
export function encoderInMetadata(bytes: Uint8Array): ResnetConfig | undefined {
  try {
    const text = decodeSafetensors(bytes).metadata[ENCODER_METADATA];
    const result = encoderSchema.safeParse(JSON.parse(text ?? "null"));
    return result.success ? result.data : undefined;
  } catch (cause) {
    if (cause instanceof SafetensorsError || cause instanceof SyntaxError) return undefined; // another format, or text
    throw cause;
  }
}
