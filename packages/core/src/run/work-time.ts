import { isCheckpointPath, RUN_FOLDER } from "./run-folder.ts";
import { type Store, writeJson } from "./store.ts";

/**
 * Does a piece of work and says how many seconds it took, those of earlier starts included that were interrupted: they
 * stand in the folder's `times.json`, as of their last checkpoint. What came after it is done again, and counted then.
 * @param store the folder in which the work is done
 * @param name of the work in that file
 * @param work keeps its files in the store that it is given, which notices its checkpoints
 * @param now clock in milliseconds
 */
export async function timeWork<T>(
  store: Store,
  name: string,
  work: (store: Store) => Promise<T>,
  now: () => number = () => performance.now(),
): Promise<{ readonly value: T; readonly seconds: number }> {
  const before = (await readTimes(store))[name] ?? 0;
  const started = now();
  const keep = async (): Promise<number> => {
    const seconds = before + (now() - started) / 1000;
    await writeJson(store, RUN_FOLDER.times, { ...(await readTimes(store)), [name]: seconds });
    return seconds;
  };
  const value = await work({
    ...store,
    async write(path, bytes) {
      await store.write(path, bytes);
      if (isCheckpointPath(path)) await keep();
    },
  });
  return { value, seconds: await keep() };
}

/** Seconds by the name of the work. A damaged file counts as none: no work should stop for it. */
async function readTimes(store: Store): Promise<Readonly<Record<string, number>>> {
  const bytes = await store.read(RUN_FOLDER.times);
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    const entries = typeof value === "object" && value !== null ? Object.entries(value) : [];
    return Object.fromEntries(entries.filter(([, seconds]) => typeof seconds === "number"));
  } catch {
    return {};
  }
}
