import { mkdir, open, readFile, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname, join } from "node:path";

/** A job of a shared folder that this process has taken; call it to give the job up. */
export type Release = () => Promise<void>;

interface Holder {
  readonly host: string;
  readonly pid: number;
}

/**
 * Takes the job `name` in `folder` for this process, or answers undefined where another process has it. The claim is a
 * file that only one process can create. One left by a process of this machine that is gone is taken over; one of
 * another machine stands until somebody removes the file.
 */
export async function claimJob(folder: string, name: string): Promise<Release | undefined> {
  const path = join(folder, "claims", `${name.replaceAll("/", "__")}.json`);
  await mkdir(dirname(path), { recursive: true });
  const mine: Holder = { host: hostname(), pid: process.pid };
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      const file = await open(path, "wx");
      await file.writeFile(`${JSON.stringify(mine)}\n`);
      await file.close();
      return () => rm(path, { force: true });
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
      const holder = await holderOf(path);
      if (holder !== undefined && (holder.host !== mine.host || isAlive(holder.pid))) return undefined;
      await rm(path, { force: true });
    }
  }
  return undefined;
}

/** Who holds a claim; undefined where the file is gone or was not written to its end. */
async function holderOf(path: string): Promise<Holder | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(path, "utf8"));
    const isHolder = typeof value === "object" && value !== null && "host" in value && "pid" in value;
    return isHolder ? { host: String(value.host), pid: Number(value.pid) } : undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
