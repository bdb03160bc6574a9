/**
 * Where a run keeps its files. Core never touches a disk: the command line passes a folder, tests pass memory,
 * a page may pass its private file system. Paths are relative, with `/`.
 */
export interface Store {
  /** The bytes, or undefined where there is no such file. */
  read(path: string): Promise<Uint8Array | undefined>;
  /** Replaces the file as a whole: a reader sees the old bytes or the new ones, never a part. */
  write(path: string, bytes: Uint8Array): Promise<void>;
  /** Adds to the end of a log. */
  append(path: string, text: string): Promise<void>;
  /** Paths of all files below a folder, sorted. */
  list(folder: string): Promise<readonly string[]>;
  remove(path: string): Promise<void>;
  /** How a person finds this file, for messages. */
  locate(path: string): string;
}

/** A store in memory, for tests and pages. */
export function memoryStore(): Store {
  const files = new Map<string, Uint8Array>();
  return {
    read: async (path) => files.get(path),
    write: async (path, bytes) => void files.set(path, bytes.slice()),
    append: async (path, text) => {
      const before = files.get(path) ?? new Uint8Array();
      const added = new TextEncoder().encode(text);
      const joined = new Uint8Array(before.length + added.length);
      joined.set(before);
      joined.set(added, before.length);
      files.set(path, joined);
    },
    list: async (folder) => [...files.keys()].filter((path) => path.startsWith(`${folder}/`)).sort(),
    remove: async (path) => void files.delete(path),
    locate: (path) => path,
  };
}

/** A folder of a store as a store of its own. */
export function subfolder(store: Store, folder: string): Store {
  const below = (path: string): string => `${folder}/${path}`;
  return {
    read: (path) => store.read(below(path)),
    write: (path, bytes) => store.write(below(path), bytes),
    append: (path, text) => store.append(below(path), text),
    list: async (path) => (await store.list(below(path))).map((found) => found.slice(folder.length + 1)),
    remove: (path) => store.remove(below(path)),
    locate: (path) => store.locate(below(path)),
  };
}

/** Writes a value as a JSON file that people can read. */
export async function writeJson(store: Store, path: string, value: unknown): Promise<void> {
  await store.write(path, new TextEncoder().encode(`${JSON.stringify(value, null, 1)}\n`));
}
