import { describe, expect, it } from "vitest";
import { InputError } from "../errors.ts";
import { describeLoad } from "./describe-load.ts";
import { loadReport, toOneChannel } from "./load-report.ts";
import type { NamedArrays } from "./named-arrays.ts";

const array = (shape: readonly number[], note?: string) => ({
  shape,
  data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i),
  ...(note === undefined ? {} : { note }),
});
const wanted = {
  "conv1.weight": { shape: [2, 1, 1, 1, 2] },
  "bn1.weight": { shape: [2] },
  "bn1.running_var": { shape: [2] },
  "layer2.weight": { shape: [2, 2, 1, 1, 1] },
  "layer3.weight": { shape: [2, 2, 1, 1, 1] },
};
const found: NamedArrays = {
  "conv1.weight": array([2, 3, 1, 1, 2]),
  "bn1.weight": array([2]),
  "bn1.num_batches_tracked": array([]),
  "layer2.weight": array([2, 2, 1, 1, 2]),
  "layer3.weight": array([2, 2, 1, 1, 1], "Keras kernel [1, 1, 1, 2, 2] turned"),
  "unexpected.weight": array([1]),
};
const options = { subject: "model.pth", channels: "sum" } as const;

describe("load report", () => {
  it("says what became of every name of file and network", () => {
    const report = loadReport(found, wanted, options);
    const names = (lines: readonly { readonly name: string }[]) => lines.map(({ name }) => name);
    expect(names(report.matched)).toEqual(["bn1.weight"]);
    expect(names(report.reshaped)).toEqual(["conv1.weight", "layer3.weight"]);
    expect(names(report.fresh)).toEqual(["bn1.running_var", "layer2.weight"]);
    expect(names(report.dropped)).toEqual(["bn1.num_batches_tracked", "layer2.weight", "unexpected.weight"]);
    expect(Object.keys(report.weights).sort()).toEqual(["bn1.weight", "conv1.weight", "layer3.weight"]);
    expect(report.fresh[1].note).toBe("the file has [2, 2, 1, 1, 2]");
    expect(report.weights["layer3.weight"]).not.toHaveProperty("note");
  });

  it("as text names what was not simply taken", () => {
    expect(describeLoad(loadReport(found, wanted, options))).toBe(`matched       1  taken as they are
reshaped      2  taken and changed
fresh         2  not in the file, start anew
dropped       3  in the file, not used

reshaped:
  conv1.weight   [2, 1, 1, 1, 2]  sum of 3 input channels
  layer3.weight  [2, 2, 1, 1, 1]  Keras kernel [1, 1, 1, 2, 2] turned

fresh:
  bn1.running_var  [2]              not in the file
  layer2.weight    [2, 2, 1, 1, 1]  the file has [2, 2, 1, 1, 2]

dropped:
  layer2.weight      [2, 2, 1, 1, 2]  the network wants [2, 2, 1, 1, 1]
  unexpected.weight  [1]              the network has no such parameter
  1 counters of batches (num_batches_tracked), which nothing needs
`);
    expect(describeLoad(loadReport(found, wanted, options), 1)).toContain("  and 1 more\n");
  });

  it("brings a color kernel to one channel by sum or mean", () => {
    const kernel = array([2, 3, 1, 1, 2]); // [out][channel][place]: 0 1, 2 3, 4 5; 6 7, 8 9, 10 11
    expect([...toOneChannel(kernel, "sum").data]).toEqual([6, 9, 24, 27]);
    expect([...toOneChannel(kernel, "mean").data]).toEqual([2, 3, 8, 9]);
  });

  it("renames, and takes a name once", () => {
    const report = loadReport(
      { a: array([2]), b: array([2]) },
      { w: { shape: [2] } },
      { ...options, rename: () => "w" },
    );
    expect(report.matched).toEqual([{ name: "w", shape: [2] }]);
    expect(report.dropped[0]).toMatchObject({ name: "b", note: "a second array for w" });
  });

  it("is an error where nothing matches", () => {
    const nothing = () => loadReport({ "module.conv9.weight": array([2]) }, wanted, options);
    expect(nothing).toThrow(InputError);
    expect(nothing).toThrow(/model\.pth: .*conv1\.weight.*1 arrays of which none fits \(module\.conv9\.weight/);
  });
});
