/** A sample of test/soak/passing-faults: one answer in eight of each service fails in a way that passes. */
import { type Stage, stageForEach } from "./support/stage";
import { checkUnderFaults, renewUnderFaults } from "./support/under-faults";

let stage: Stage;
stageForEach((fresh) => {
  stage = fresh;
});

test("renewals: none is lost, and none leaves an older token enabled", async () => {
  const found = await renewUnderFaults(stage, 8, 2, 8);
  expect(found).toMatchObject({ renewals: 16, renewed: 16, lost: [], besides: [] });
});

test("customers: none is lost, and each has its consent once", async () => {
  const found = await checkUnderFaults(stage, 12, 8);
  expect(found).toMatchObject({
    consented: { code: 0, failed: 0 },
    checked: { code: 0, failed: 0, outcomes: { ok: 12 } },
    ...{ there: 12, customers: 12 },
  });
});
