import { describe, expect, test } from "vitest";
import { ARM_NAMES } from "../run/arms.ts";
import type { RunEvent } from "../run/progress.ts";
import { inJobOrder } from "./arm-settings.ts";
import { goOverJobs, type Jobs } from "./jobs.ts";

/** Jobs that several processes share; what they did, in order. */
function sharedJobs() {
  const taken = new Set<string>();
  const done = new Set<string>();
  const log: string[] = [];
  const said: RunEvent[] = [];
  const processOf = (name: string, signal = new AbortController().signal) => ({
    signal,
    emit: (event: RunEvent) => said.push(event),
    pollSeconds: 0.01,
    claim: async (job: string) => {
      if (taken.has(job)) return undefined;
      taken.add(job);
      return async () => void taken.delete(job);
    },
    doing: (jobs: Jobs, job: string, work = async () => {}) =>
      jobs.inTurn(
        job,
        async () => done.has(job),
        async () => {
          log.push(`${name}: ${job}`);
          await work();
          done.add(job);
        },
      ),
  });
  return { taken, done, log, said, processOf };
}

describe("goOverJobs", () => {
  test("while another process is at what most jobs need, the rest is done, and then it waits", async () => {
    const { log, said, processOf } = sharedJobs();
    const [one, other] = [processOf("one"), processOf("other")];
    let finish: () => void = () => undefined;
    const finished = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const first = goOverJobs(one, async (jobs) => void (await one.doing(jobs, "models", () => finished)));
    const second = goOverJobs(other, async (jobs) => {
      const areThere = await other.doing(jobs, "models");
      if (!areThere) jobs.block();
      for (const arm of areThere ? ["needs models", "needs none"] : ["needs none"]) await other.doing(jobs, arm);
      if (said.length > 0) finish();
    });
    expect(await second).toEqual({ done: ["models", "needs models", "needs none"], elsewhere: [] });
    expect(await first).toEqual({ done: ["models"], elsewhere: [] });
    expect(log).toEqual(["one: models", "other: needs none", "other: needs models"]);
    expect(said).toEqual([{ kind: "note", text: "waits for models in another process" }]);
  });

  test("a job of another process that no job here needs is named and not waited for", async () => {
    const { taken, processOf } = sharedJobs();
    taken.add("arm");
    const one = processOf("one");
    const state = await goOverJobs(one, async (jobs) => void (await one.doing(jobs, "arm")));
    expect(state).toEqual({ done: [], elsewhere: ["arm"] });
  });

  test("what another process finished or gave up meanwhile is not said to be its work still", async () => {
    const { taken, done, log, processOf } = sharedJobs();
    taken.add("finished").add("given up").add("lasting");
    const one = processOf("one");
    const state = await goOverJobs(one, async (jobs) => {
      for (const job of ["finished", "given up", "lasting"]) await one.doing(jobs, job);
      await one.doing(jobs, "own", async () => {
        done.add("finished");
        taken.delete("finished");
        taken.delete("given up");
      });
    });
    expect(state).toEqual({ done: ["finished", "given up", "own"], elsewhere: ["lasting"] });
    expect(log).toEqual(["one: own", "one: given up"]);
  });

  test("a failing job is given up, and a stop ends the waiting", async () => {
    const { taken, processOf } = sharedJobs();
    const one = processOf("one");
    const failing = goOverJobs(one, async (jobs) => {
      await one.doing(jobs, "arm", () => Promise.reject(new Error("full disk")));
    });
    await expect(failing).rejects.toThrow("full disk");
    expect([...taken]).toEqual([]);

    taken.add("models");
    const stopper = new AbortController();
    const waiting = processOf("other", stopper.signal);
    const stopped = goOverJobs({ ...waiting, pollSeconds: 60 }, async (jobs) => {
      if (!(await waiting.doing(jobs, "models"))) jobs.block();
      setTimeout(() => stopper.abort(new Error("asked to stop")), 5);
    });
    await expect(stopped).rejects.toThrow("asked to stop");
  });
});

test("registration alone comes first, then the arms that train more than a segmenter, then the others as they stand", () => {
  const order = inJobOrder(ARM_NAMES);
  const first = ["affine", "sas", "sas-instance", "ours-best", "atlases-2", "atlases-4", "atlases-8"];
  expect(order.slice(0, first.length)).toEqual(first);
  expect(order.slice(first.length)).toEqual(ARM_NAMES.filter((name) => !first.includes(name)));
});
