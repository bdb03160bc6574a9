import { describe, expect, it } from "vitest";
import { checkpointPath, RUN_FOLDER } from "./run-folder.ts";
import { memoryStore, type Store } from "./store.ts";
import { timeWork } from "./work-time.ts";

/** A start of the work, with a clock that the work itself moves on. */
function workshop(store: Store) {
  let clock = 1000;
  return {
    takes(seconds: number): void {
      clock += seconds * 1000;
    },
    time: <T>(name: string, work: (store: Store) => Promise<T>) => timeWork(store, name, work, () => clock),
  };
}

const bytes = new Uint8Array([1]);

describe("time of a piece of work", () => {
  it("counts an interrupted start to its last checkpoint", async () => {
    const store = memoryStore();
    const first = workshop(store);
    const interrupted = first.time("segmenter", async (own) => {
      first.takes(30);
      await own.write(checkpointPath("segmenter/first"), bytes);
      first.takes(5); // lost: it is done again
      throw new Error("stopped");
    });
    await expect(interrupted).rejects.toThrow("stopped");
    expect(await store.read(checkpointPath("segmenter/first"))).toEqual(bytes);

    const second = workshop(store);
    const { value, seconds } = await second.time("segmenter", async () => {
      second.takes(12);
      return "weights";
    });
    expect(value).toBe("weights");
    expect(seconds).toBe(42);
  });

  it("keeps each work of a folder apart", async () => {
    const store = memoryStore();
    const work = { segmenter: 3, label: 4 };
    for (const [name, took] of Object.entries(work)) {
      const shop = workshop(store);
      expect((await shop.time(name, async () => shop.takes(took))).seconds).toBe(took);
    }
    expect(JSON.parse(new TextDecoder().decode(await store.read(RUN_FOLDER.times)))).toEqual(work);
  });

  it("leaves nothing in a folder where the work was refused", async () => {
    const store = memoryStore();
    const refused = workshop(store).time("run", async () => Promise.reject(new Error("no scans")));
    await expect(refused).rejects.toThrow("no scans");
    expect(await store.read(RUN_FOLDER.times)).toBeUndefined();
  });

  it("goes on past a damaged file", async () => {
    const store = memoryStore();
    await store.write(RUN_FOLDER.times, new TextEncoder().encode('{"segmenter": 1'));
    const shop = workshop(store);
    expect((await shop.time("segmenter", async () => shop.takes(2))).seconds).toBe(2);
  });
});
