import { RESNET_CASES } from "./resnet-cases.ts";
import { compileResnetCase, resnetCaseData } from "./resnet-stepper.ts";
import { answerSteps, writeForPeer } from "./worker.ts";

/** Our side of bench/resnet-steps.ts: `resnet-worker.ts CASE EXTENT FOLDER THREADS [PROFILE]`. */
const [name, extent, folder, threads, profile] = process.argv.slice(2);
const one = { ...RESNET_CASES[name], extent: Number(extent) };
writeForPeer(folder, { ...resnetCaseData(one), threads: Number(threads) });
const options = { threads: Number(threads), ...(profile === undefined ? {} : { profile }) };
await answerSteps(await compileResnetCase(one, options));
