import { DivergenceError, InputError } from "@voxelsmith/core";
import { CommanderError } from "commander";
import { describe, expect, it } from "vitest";
import { DiskError } from "./disk-error.ts";
import { EXIT_CODE_HELP, EXIT_CODES, failureOf } from "./exit.ts";

describe("exit codes", () => {
  const input = new InputError({ subject: "a.nii", expected: "a volume", got: "two\n  lines", todo: "Check." });
  it.each([
    [input, EXIT_CODES.input],
    [new DivergenceError("spatial", 3, "case_1", Number.NaN, "none yet"), EXIT_CODES.diverged],
    [new DiskError("a", "ENOSPC", "a: full"), EXIT_CODES.disk],
    [new TypeError("x is not a function"), EXIT_CODES.internal],
    ["a thrown string", EXIT_CODES.internal],
    [
      new CommanderError(1, "commander.unknownOption", "error: unknown option '--x'\n(Did you mean --y?)"),
      EXIT_CODES.input,
    ],
    [new CommanderError(0, "commander.helpDisplayed", "(outputHelp)"), EXIT_CODES.ok],
  ])("%s", (error, code) => {
    const failure = failureOf(error, { interrupted: false, goOn: "add --resume to go on" });
    expect(failure.code).toBe(code);
    expect(failure.line).not.toMatch(/\n/);
  });

  it("tell an interruption from a fault, and bad input from an interruption", () => {
    const stop = { interrupted: true, goOn: "add --resume to go on" };
    expect(failureOf(new Error("aborted"), stop)).toEqual({
      code: EXIT_CODES.interrupted,
      line: "interrupted; add --resume to go on",
    });
    expect(failureOf(new Error("aborted"), { interrupted: true }).line).toBe("interrupted");
    expect(failureOf(input, stop).code).toBe(EXIT_CODES.input);
  });

  it("are all in the help", () => {
    for (const code of Object.values(EXIT_CODES)) expect(EXIT_CODE_HELP).toMatch(new RegExp(`\\b${code} `));
  });
});
