import { randomUUID } from "node:crypto";
import { appendFile, mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import type { Listing, Store } from "@voxelsmith/core";
import { codeOf, readError, writeError } from "./disk-error.ts";

// The only file of the command line that touches disks.

/** The bytes of a file. @throws InputError for a wrong path, DiskError for a failing disk. */
export async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw readError(path, cause);
  }
}

export async function readText(path: string): Promise<string> {
  return new TextDecoder().decode(await readBytes(path));
}

export type PathKind = "file" | "folder" | "nothing";

export async function kindOf(path: string): Promise<PathKind> {
  try {
    return (await stat(path)).isDirectory() ? "folder" : "file";
  } catch (cause) {
    if (codeOf(cause) === "ENOENT" || codeOf(cause) === "ENOTDIR") return "nothing";
    throw readError(path, cause);
  }
}

/** Relative paths of all files below a folder, sorted, with `/`. Temporary files of unfinished writes are left out. */
export async function filesBelow(folder: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => !entry.isDirectory() && !isTemporary(entry.name))
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"))
      .sort();
  } catch (cause) {
    throw readError(folder, cause);
  }
}

/** A data set folder as core's layouts see it. */
export async function folderListing(folder: string): Promise<Listing> {
  const paths = await filesBelow(folder);
  return { name: basename(resolve(folder)), list: () => paths, readText: (path) => readText(join(folder, path)) };
}

/**
 * A folder on disk. A write goes to a temporary file beside its target, is flushed to the disk, and takes the target's
 * name in one step: whoever is killed at any moment leaves the old file or the new one.
 */
export function folderStore(folder: string): Store {
  const root = resolve(folder);
  return {
    async read(path) {
      try {
        return await readFile(join(root, path));
      } catch (cause) {
        if (codeOf(cause) === "ENOENT") return undefined;
        throw readError(join(root, path), cause);
      }
    },
    write: (path, bytes) => writeAtomically(join(root, path), bytes),
    async append(path, text) {
      const target = join(root, path);
      try {
        await mkdir(dirname(target), { recursive: true });
        await appendFile(target, text);
      } catch (cause) {
        throw writeError(target, cause);
      }
    },
    async list(inner) {
      const below = join(root, inner);
      if ((await kindOf(below)) !== "folder") return [];
      return (await filesBelow(below)).map((path) => (inner === "" ? path : `${inner}/${path}`));
    },
    async remove(path) {
      try {
        await rm(join(root, path), { force: true });
      } catch (cause) {
        throw writeError(join(root, path), cause);
      }
    },
    locate: (path) => join(root, path),
  };
}

/** Removes what a killed process left of a write that never took its name. */
export async function removeUnfinished(folder: string): Promise<void> {
  if ((await kindOf(folder)) !== "folder") return;
  const names = await readdir(folder, { recursive: true });
  for (const name of names) if (isTemporary(basename(name))) await rm(join(folder, name), { force: true });
}

async function writeAtomically(target: string, bytes: Uint8Array): Promise<void> {
  const folder = dirname(target);
  const temporary = join(folder, `.${basename(target)}.${randomUUID()}.tmp`);
  try {
    await mkdir(folder, { recursive: true });
    const file = await open(temporary, "wx");
    try {
      await file.writeFile(bytes);
      await file.sync(); // the bytes before the name: a crash of the machine must not leave an empty new file
    } finally {
      await file.close();
    }
    await rename(temporary, target);
    await syncFolder(folder);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined); // the first error is the one to report
    throw writeError(target, cause);
  }
}

/** Makes the new name durable. Not every system opens folders; there, the rename alone has to do. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r").catch(() => undefined);
  if (handle === undefined) return;
  await handle.sync().catch(() => undefined);
  await handle.close();
}

function isTemporary(name: string): boolean {
  return /^\..*\.[0-9a-f-]{36}\.tmp$/.test(name);
}
