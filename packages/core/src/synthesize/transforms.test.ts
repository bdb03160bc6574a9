import { expect, test } from "vitest";
import type { AppearanceModel } from "../appearance/apply.ts";
import { derivePlan } from "../prepare/derive-plan.ts";
import type { PreparedSet } from "../prepare/prepared-set.ts";
import { memoryStore } from "../run/store.ts";
import type { SpatialModel } from "../spatial/apply.ts";
import { identityAffine } from "../volume/affine.ts";
import { learnedTransforms } from "./transforms.ts";

const plan = derivePlan({ dims: [2, 2, 2], affine: identityAffine() }, { atlasId: "a" });
const image = Float32Array.from({ length: 8 }, (_, at) => at / 8);
const prepared: PreparedSet = {
  ...{ plan, extents: [2, 2, 2], labels: [1], mirroring: {}, subjects: ["s", "t"], image: async () => image },
  ...{ atlases: [{ id: "a", image, classes: image }], coverage: new Float32Array(8).fill(1) },
};

/** Models that count how often they are asked; each answer differs from the others. */
function countedModels(): { asked: number; spatial: SpatialModel; appearance: AppearanceModel } {
  const models = {
    asked: 0,
    spatial: {
      atlasToSubject: async () => ({
        field: new Float32Array(3).fill(++models.asked),
        displacement: image,
        warped: image,
      }),
      subjectToAtlas: async () => ({ field: new Float32Array(3), displacement: image, warped: image }),
      dispose: async () => {},
    },
    appearance: { change: async () => new Float32Array(8).fill(++models.asked), dispose: async () => {} },
  };
  return models;
}

test("each pair is asked for once, and the atlas itself never", async () => {
  const models = countedModels();
  const transforms = learnedTransforms(prepared, models.spatial, models.appearance, 3);
  const first = await transforms.field("a", "s");
  expect(await transforms.field("a", "s")).toBe(first);
  expect(await transforms.field("a", "t")).not.toEqual(first);
  expect(await transforms.field("a", "a")).toEqual(new Float32Array(3));
  expect(models.asked).toBe(2);
});

test("a folder keeps every transform to the last bit for those who open it again", async () => {
  const keep = memoryStore();
  const before = countedModels();
  const first = learnedTransforms(prepared, before.spatial, before.appearance, 3, keep);
  const made = [await first.field("a", "s"), await first.appearance("a", "s"), await first.field("a", "t")];
  const after = countedModels();
  const again = learnedTransforms(prepared, after.spatial, after.appearance, 3, keep);
  expect([await again.field("a", "s"), await again.appearance("a", "s"), await again.field("a", "t")]).toEqual(made);
  expect(after.asked).toBe(0);
  expect(await again.appearance("a", "t")).toEqual(new Float32Array(8).fill(1));
});

test("a damaged file is named", async () => {
  const keep = memoryStore();
  const { spatial, appearance } = countedModels();
  await learnedTransforms(prepared, spatial, appearance, 3, keep).field("a", "s");
  const [path] = await keep.list("a");
  await keep.write(path, new Uint8Array(4));
  const again = learnedTransforms(prepared, spatial, appearance, 3, keep);
  await expect(again.field("a", "s")).rejects.toThrow(path);
});
