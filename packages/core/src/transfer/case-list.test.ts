import { describe, expect, it } from "vitest";
import { memoryListing } from "../dataset/layout.ts";
import { takeLabeled } from "./draw-split.ts";
import { parseCsv } from "./parse-csv.ts";
import { readClassList, readLabelList } from "./read-case-list.ts";

const files = Object.fromEntries(
  ["images/a.nii.gz", "images/b.nii.gz", "images/c.nii.gz", "images/d.nii.gz", "masks/a.nii.gz"].map((path) => [
    path,
    "",
  ]),
);
const list = (csv: string, more: object = {}) =>
  readClassList({ folder: memoryListing("set", { ...files, "cases.csv": csv }), csv: "cases.csv", seed: 1, ...more });

describe("CSV of cases", () => {
  it("image and class, split and ids; paths as Windows writes them", async () => {
    const csv = "image,class,split\r\nimages\\a.nii.gz,benign,train\r\n./images/b.nii.gz,malignant,val\r\n";
    expect(await list(csv)).toEqual({
      ...{ task: "classification", name: "set", classes: ["benign", "malignant"], test: [] },
      train: [{ id: "a", image: "images/a.nii.gz", class: "benign" }],
      validation: [{ id: "b", image: "images/b.nii.gz", class: "malignant" }],
    });
  });

  it("without images ids find them; classes group values, in the order asked for, and leave others out", async () => {
    const csv = "id,malignancy,split\na,5,train\nb,3,train\nc,1,train\nd,2,test\n";
    const { classes, train, test } = await list(csv, {
      classColumn: "malignancy",
      classes: ["benign=1,2", "malignant=5"],
    });
    expect(classes).toEqual(["benign", "malignant"]);
    expect([...train, ...test].map(({ id, class: name }) => `${id} ${name}`)).toEqual([
      "a malignant",
      "c benign",
      "d benign",
    ]);
  });

  it("without a split one is drawn: every class on every side, a subject on one", async () => {
    const images = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`images/${n}.nii.gz`, ""]));
    const rows = Array.from({ length: 40 }, (_, n) => `images/${n}.nii.gz,${n % 4 < 2 ? "x" : "y"},s${n >> 1}`);
    const csv = ["image,class,subject", ...rows].join("\n");
    const folder = memoryListing("set", { ...images, "cases.csv": csv });
    const { train, validation, test } = await readClassList({ folder, csv: "cases.csv", seed: 2 });
    expect([train, validation, test].map(({ length }) => length)).toEqual([24, 8, 8]);
    const sides = [train, validation, test].map((side) => new Set(side.map(({ id }) => Number(id) >> 1)));
    expect(sides.reduce((sum, { size }) => sum + size, 0)).toBe(20);
    for (const side of [train, validation, test])
      expect(new Set(side.map((one) => one.class))).toEqual(new Set(["x", "y"]));
  });

  it("label maps by column or by id", async () => {
    const folder = memoryListing("set", { ...files, "cases.csv": "id,split\na,train\n" });
    const { train } = await readLabelList({ folder, csv: "cases.csv", seed: 1 });
    expect(train).toEqual([{ id: "a", image: "images/a.nii.gz", labels: "masks/a.nii.gz" }]);
    const missing = memoryListing("set", { ...files, "cases.csv": "id,split\nb,train\n" });
    await expect(readLabelList({ folder: missing, csv: "cases.csv", seed: 1 })).rejects.toThrow(
      "cases.csv, row 2: expected a volume of the case b in labels/ or masks/",
    );
  });

  it.each([
    ["image,class\nimages/x.nii.gz,1\nimages/a.nii.gz,2\n", "cases.csv, row 2: image: expected a volume"],
    ["image,malignancy\nimages/a.nii.gz,1\n", "got no class among image, malignancy"],
    ["picture,class\nimages/a.nii.gz,1\n", "got no image among picture, class"],
    ["image,class\nimages/a.nii.gz,1\nimages/b.nii.gz,1\n", "column class: expected at least two classes, got 1 alone"],
    ["image,class\nimages/a.nii.gz,1\nimages/a.nii.gz,2\n", "set/cases.csv: case a: expected each case once"],
    ["image,class,split\nimages/a.nii.gz,1,maybe\nimages/b.nii.gz,2,train\n", "got maybe"],
    ["image,class\nimages/a.nii.gz\n", "cases.csv, row 2: expected 2 fields"],
    ["", "got an empty file"],
  ])("%j is refused", async (csv, words) => {
    await expect(list(csv)).rejects.toThrow(words);
  });

  it("classes that nobody has are refused", async () => {
    const csv = "image,class\nimages/a.nii.gz,1\nimages/b.nii.gz,2\n";
    await expect(list(csv, { classes: ["1", "3"] })).rejects.toThrow(
      "expected values of the column class (1, 2), got 3",
    );
    await expect(list(csv, { classes: ["x=1,2", "y=2"] })).rejects.toThrow("got 2 in x and y");
  });

  it("quotes, other separators, a byte order mark and blank lines", () => {
    expect(parseCsv('\uFEFFa;b\n"x; ""y""\n";2\n\n', "f")).toEqual([{ a: 'x; "y"', b: "2" }]);
    expect(() => parseCsv('a,b\n"x,2\n', "f")).toThrow("a quote that never ends");
    expect(() => parseCsv("a,a\n1,2\n", "f")).toThrow("got a twice");
    expect(() => parseCsv("PK\u0003\u0004\u0000", "f")).toThrow("a file that is no text");
  });

  it("few labeled cases: each class first, more contain fewer, ids are checked", () => {
    const train = Array.from({ length: 20 }, (_, n) => ({ id: `c${n}`, class: n < 18 ? "x" : "y" }));
    const draw = (count: number | readonly string[]) =>
      takeLabeled(train, count, 5, (one) => one.class).map(({ id }) => id);
    expect(new Set(draw(2).map((id) => (Number(id.slice(1)) < 18 ? "x" : "y")))).toEqual(new Set(["x", "y"]));
    expect(draw(7).slice(0, 3)).toEqual(draw(3));
    expect(draw(["c3", "c1"])).toEqual(["c1", "c3"]);
    expect(() => draw(21)).toThrow("--labeled 21: expected at most the 20 training cases");
    expect(() => draw(["c33"])).toThrow("Did you mean c");
  });
});
