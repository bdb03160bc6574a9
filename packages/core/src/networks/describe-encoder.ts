import type { ResnetConfig } from "./resnet-config.ts";

/** "ResNet-18, widths 64, 128, 256, 512, shortcut A" */
export function describeEncoder({ depth, widths, shortcut, activation }: ResnetConfig): string {
  const pre = activation === "pre" ? ", pre-activated" : "";
  return `ResNet-${depth}, widths ${widths.join(", ")}, shortcut ${shortcut}${pre}`;
}
