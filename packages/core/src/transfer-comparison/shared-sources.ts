import type { Store } from "../run/store.ts";

/** Folder of a pretraining below which each domain has the run that makes its examples. */
const SOURCES = "domains/";

/**
 * The store of one pretraining whose runs of the one-shot method lie in `shared`, where the arm's other pretrainings,
 * which leave out other domains, find them done. One process at a time may use it.
 */
export function withSharedSources(own: Store, shared: Store): Store {
  const of = (path: string): Store => (`${path}/`.startsWith(SOURCES) ? shared : own);
  return {
    read: (path) => of(path).read(path),
    write: (path, bytes) => of(path).write(path, bytes),
    append: (path, text) => of(path).append(path, text),
    list: (path) => of(path).list(path),
    remove: (path) => of(path).remove(path),
    locate: (path) => of(path).locate(path),
  };
}
