import { InputError } from "@voxelsmith/core";

/** The disk would not do it: full, no permission, broken. The command line was fine. */
export class DiskError extends Error {
  readonly path: string;
  readonly code: string;

  constructor(path: string, code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "DiskError";
    this.path = path;
    this.code = code;
  }
}

const WRITE_TODO: Readonly<Record<string, readonly [got: string, todo: string]>> = {
  ENOSPC: ["a full disk", "Free some space, then go on with --resume."],
  EDQUOT: ["a quota that is used up", "Free some space, then go on with --resume."],
  EFBIG: ["a file larger than this system allows", "Raise the limit or choose another disk, then go on with --resume."],
  EROFS: ["a read-only disk", "Choose another output folder."],
  EACCES: ["no permission", "Choose another output folder."],
  EPERM: ["no permission", "Choose another output folder."],
};

/** The error of a failed write, in one line. What was there before is still there: writes are atomic. */
export function writeError(path: string, cause: unknown): Error {
  const code = codeOf(cause);
  if (code === "ENOTDIR" || code === "EEXIST" || code === "EISDIR") {
    const problem = {
      subject: path,
      expected: "a path where a file can be written",
      got: "a file or folder in the way",
    };
    return new InputError({ ...problem, todo: "Choose another output folder." }, { cause });
  }
  const [got, todo] = WRITE_TODO[code] ?? [messageOf(cause), "Check the disk, then go on with --resume."];
  return new DiskError(path, code, `${path}: expected to write it, got ${got}. ${todo}`, { cause });
}

/** The error of a failed read: a wrong path is bad input, a failing disk is not. */
export function readError(path: string, cause: unknown): Error {
  const code = codeOf(cause);
  const wrongPath: Readonly<Record<string, string>> = {
    ENOENT: "no such file or folder",
    ENOTDIR: "a file where a folder should be",
    EISDIR: "a folder",
    EACCES: "no permission",
    ENAMETOOLONG: "a name that is too long",
  };
  if (code in wrongPath) {
    const problem = { subject: path, expected: "something that can be read", got: wrongPath[code] };
    return new InputError({ ...problem, todo: "Check the path." }, { cause });
  }
  return new DiskError(path, code, `${path}: expected to read it, got ${messageOf(cause)}. Check the disk.`, { cause });
}

export function codeOf(cause: unknown): string {
  return cause instanceof Error && "code" in cause && typeof cause.code === "string" ? cause.code : "";
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
