import type { ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { InputError } from "@voxelsmith/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ended, spawnScript } from "../test-support/spawn-script.ts";
import { DiskError, writeError } from "./disk-error.ts";
import { filesBelow, folderStore, kindOf, readBytes, removeUnfinished } from "./files.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "voxelsmith-files-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("a folder as a store", () => {
  it("reads what was written, lists below a folder, appends, removes", async () => {
    const store = folderStore(folder);
    expect(await store.read("a/b.bin")).toBeUndefined();
    await store.write("a/b.bin", Uint8Array.of(1, 2, 3));
    await store.write("a/b.bin", Uint8Array.of(4));
    await store.write("a/c/d.bin", Uint8Array.of());
    await store.append("log.jsonl", "one\n");
    await store.append("log.jsonl", "two\n");
    expect([...((await store.read("a/b.bin")) ?? [])]).toEqual([4]);
    expect(await store.list("a")).toEqual(["a/b.bin", "a/c/d.bin"]);
    expect(await store.list("nothing")).toEqual([]);
    expect(readFileSync(store.locate("log.jsonl"), "utf8")).toBe("one\ntwo\n");
    await store.remove("a/b.bin");
    await store.remove("a/b.bin");
    expect(await store.list("a")).toEqual(["a/c/d.bin"]);
  });

  it("leaves the old file or the new one when it is killed, never a part", { timeout: 120_000 }, async () => {
    const target = join(folder, "state.bin");
    const bytes = 2_000_000;
    for (let round = 0; round < 5; round++) {
      const child = spawnScript(`
        import { folderStore } from ${JSON.stringify(fileURLToPath(new URL("files.ts", import.meta.url)))};
        const store = folderStore(${JSON.stringify(folder)});
        for (let value = 1; ; value = (value % 250) + 1) {
          await store.write("state.bin", new Uint8Array(${bytes}).fill(value));
          if (value === 2) console.log("writing");
        }`);
      await firstOutput(child);
      await new Promise((resolve) => setTimeout(resolve, 37 * round));
      const gone = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGKILL");
      await gone;
      const found = readFileSync(target);
      expect(found.length).toBe(bytes);
      expect(found.every((value) => value === found[0])).toBe(true);
    }
    await removeUnfinished(folder);
    expect(readdirSync(folder)).toEqual(["state.bin"]);
  });

  it("keeps the old file and cleans up where the disk takes no more", async () => {
    writeFileSync(join(folder, "state.bin"), "old");
    const script = `
      import { folderStore } from ${JSON.stringify(fileURLToPath(new URL("files.ts", import.meta.url)))};
      process.on("SIGXFSZ", () => {}); // the system's way to say that a file may not grow
      const error = await folderStore(${JSON.stringify(folder)}).write("state.bin", new Uint8Array(4_000_000)).catch((e) => e);
      console.log(error.name + " " + error.code);`;
    const child = spawnScript(script, { fileSizeBlocks: 2000 });
    expect(await firstOutput(child)).toContain("DiskError EFBIG");
    expect(readFileSync(join(folder, "state.bin"), "utf8")).toBe("old");
    expect(readdirSync(folder)).toEqual(["state.bin"]);
  });

  it("says that a really full disk is full, and keeps the old file", async (context) => {
    const script = `
      import { folderStore } from ${JSON.stringify(fileURLToPath(new URL("files.ts", import.meta.url)))};
      const store = folderStore(${JSON.stringify(folder)});
      await store.write("state.bin", new Uint8Array(300_000));
      const error = await store.write("state.bin", new Uint8Array(3_000_000)).catch((e) => e);
      console.log(error.code, (await store.read("state.bin")).length, await store.list(""));`;
    const child = spawnScript(script, { diskOf1MB: folder });
    const { code, out, error } = await ended(child);
    if (code !== 0 && /unshare|mount/.test(error)) {
      console.log(`skipped: this machine lets nobody mount a small disk (${error.trim()})`);
      return context.skip();
    }
    expect(out.trim()).toBe("ENOSPC 300000 [ 'state.bin' ]");
  });

  it("hides temporary files from lists", async () => {
    writeFileSync(join(folder, ".state.bin.01234567-89ab-cdef-0123-456789abcdef.tmp"), "half");
    writeFileSync(join(folder, ".hidden"), "kept");
    expect(await filesBelow(folder)).toEqual([".hidden"]);
    await removeUnfinished(folder);
    expect(readdirSync(folder)).toEqual([".hidden"]);
  });
});

describe("errors of the disk", () => {
  it("call a wrong path bad input", async () => {
    await expect(readBytes(join(folder, "none.nii"))).rejects.toThrow(InputError);
    await expect(readBytes(folder)).rejects.toThrow("got a folder");
    await expect(filesBelow(join(folder, "none"))).rejects.toThrow("no such file or folder");
    expect(await kindOf(join(folder, "none"))).toBe("nothing");
  });

  it("call a file in the way bad input", async () => {
    writeFileSync(join(folder, "file"), "");
    await expect(folderStore(join(folder, "file")).write("a", Uint8Array.of(1))).rejects.toThrow(InputError);
    mkdirSync(join(folder, "sub"));
    await expect(folderStore(folder).write("sub", Uint8Array.of(1))).rejects.toThrow(InputError);
  });

  it("say that the disk is full in one line", () => {
    const error = writeError("/run/a.bin", Object.assign(new Error("ENOSPC: no space left"), { code: "ENOSPC" }));
    expect(error).toBeInstanceOf(DiskError);
    expect(error.message).toBe(
      "/run/a.bin: expected to write it, got a full disk. Free some space, then go on with --resume.",
    );
  });
});

function firstOutput(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let errors = "";
    child.stdout?.once("data", (data) => resolve(String(data)));
    child.stderr?.on("data", (data) => {
      errors += String(data);
    });
    child.once("exit", (code) => reject(new Error(`ended with ${code} before any output: ${errors}`)));
  });
}
