import { env } from "#onnxruntime";

/**
 * Where a page finds ONNX Runtime's own files (`ort-wasm-*.wasm` and `.mjs`, in the `dist` folder of
 * `onnxruntime-web`): a URL that ends in a slash. To be called before the first session on `wasm`. Threads need a
 * page that is cross-origin isolated (COOP `same-origin` and COEP `require-corp`); without, it runs on one.
 */
export function useWasmAssets(url: string): void {
  env.wasm.wasmPaths = url;
}
