import type { Store } from "./store.ts";

/**
 * A store that finds in `below` what its own files lack, and writes into its own alone: so several jobs share what was
 * prepared once, and none can change it.
 */
export function layeredStore(own: Store, below: Store): Store {
  return {
    ...own,
    read: async (path) => (await own.read(path)) ?? (await below.read(path)),
    async append(path, text) {
      // A log that began below goes on as a copy of its own.
      if ((await own.read(path)) === undefined) {
        const before = await below.read(path);
        if (before !== undefined) await own.write(path, before);
      }
      await own.append(path, text);
    },
    list: async (folder) => [...new Set([...(await own.list(folder)), ...(await below.list(folder))])].sort(),
  };
}
