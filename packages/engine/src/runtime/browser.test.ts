import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { describe, expect, it } from "vitest";
import { type PageReport, trainBoth } from "../conformance/browser-page.ts";

const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);
if (CHROMIUM === undefined) console.log("skipped, no Chromium in /usr/bin");

const SIZE = 8;
const STEPS = 3;
const PAGE_SCRIPT = fileURLToPath(new URL("../conformance/browser-page.ts", import.meta.url));
const RUNTIME = dirname(createRequire(import.meta.url).resolve("onnxruntime-web"));
const TYPES: Readonly<Record<string, string>> = {
  mjs: "text/javascript",
  js: "text/javascript",
  wasm: "application/wasm",
};

/** The page's script as one file, with `#onnxruntime` resolved to onnxruntime-web, as any bundler for pages does. */
async function bundle(): Promise<Uint8Array> {
  const { outputFiles } = await build({
    stdin: {
      contents: `import { reportFromPage } from ${JSON.stringify(PAGE_SCRIPT)}; reportFromPage(${SIZE}, ${STEPS});`,
      resolveDir: dirname(PAGE_SCRIPT),
    },
    bundle: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    write: false,
    logLevel: "silent",
  });
  return outputFiles[0].contents;
}

/** Serves the page, its script and ONNX Runtime's files, cross-origin isolated; resolves with what the page posts. */
function serve(script: Uint8Array): { server: Server; report: Promise<PageReport> } {
  let deliver: (report: PageReport) => void = () => {};
  const report = new Promise<PageReport>((resolve) => {
    deliver = resolve;
  });
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? "/", "http://localhost").pathname;
    const headers = { "cross-origin-opener-policy": "same-origin", "cross-origin-embedder-policy": "require-corp" };
    const send = (type: string, body: Uint8Array | string): void => {
      response.writeHead(200, { ...headers, "content-type": type }).end(body);
    };
    if (request.method === "POST") {
      let text = "";
      request.on("data", (chunk: Buffer) => {
        text += chunk.toString();
      });
      request.on("end", () => {
        send("text/plain", "");
        deliver(JSON.parse(text));
      });
    } else if (path === "/page.js") send("text/javascript", script);
    else if (path === "/") send("text/html", '<!doctype html><script type="module" src="/page.js"></script>');
    else if (path.startsWith("/ort/") && existsSync(join(RUNTIME, basename(path)))) {
      send(TYPES[path.split(".").pop() ?? ""] ?? "text/plain", readFileSync(join(RUNTIME, basename(path))));
    } else response.writeHead(404).end();
  });
  return { server, report };
}

function open(chromium: string, url: string, profile: string): ChildProcess {
  const quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-quic"];
  const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-dev-shm-usage", ...quiet];
  return spawn(chromium, [...flags, `--user-data-dir=${profile}`, url], { stdio: "ignore" });
}

/** The browser's other processes may still write into the profile after the first has ended; what is left is small. */
function remove(profile: string): void {
  try {
    rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  } catch (error) {
    console.warn(`the page's profile ${profile} stays behind: ${error instanceof Error ? error.message : error}`);
  }
}

/** Fails when the browser ends, or says nothing for long. */
function silence(page: ChildProcess): Promise<never> {
  return new Promise((_, reject) => {
    const timer = setTimeout(() => reject(new Error("the page reported nothing within 90 s")), 90_000);
    timer.unref();
    page.once("error", reject);
    page.once("close", (code) => reject(new Error(`the browser ended with code ${code} before the page reported`)));
  });
}

describe.skipIf(CHROMIUM === undefined)("in a page", () => {
  it("trains on wasm with the CPU's losses", async () => {
    const { server, report } = serve(await bundle());
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const profile = mkdtempSync(join(tmpdir(), "voxelsmith-page-"));
    const page = open(CHROMIUM ?? "", `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, profile);
    try {
      const expected = await trainBoth("cpu", SIZE, STEPS);
      const got = await Promise.race([report, silence(page)]);
      expect(got.error).toBeUndefined();
      expect(got.isolated).toBe(true);
      for (const part of ["registration", "segmentation"] as const) {
        expect(got[part]).toHaveLength(STEPS);
        for (const [step, loss] of got[part].entries()) {
          const apart = Math.abs(loss - expected[part][step]) / Math.abs(expected[part][step]);
          expect(apart, `${part}, step ${step + 1}`).toBeLessThan(1e-4);
        }
      }
    } finally {
      if (page.exitCode === null && page.signalCode === null && page.pid !== undefined) {
        const closed = new Promise((resolve) => page.once("close", resolve));
        page.kill();
        await closed;
      }
      server.closeAllConnections();
      server.close();
      remove(profile);
    }
  }, 120_000);
});
