import type { Layout } from "../layout.ts";
import { decathlon } from "./decathlon.ts";
import { nnunet } from "./nnunet.ts";
import { splitFolder } from "./split-folder.ts";

/** Every data set layout, in the order in which they are tried. A new one is a file here and a line in this list. */
export const LAYOUTS: readonly Layout[] = [splitFolder, decathlon, nnunet];
