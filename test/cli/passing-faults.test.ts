/** One answer in so many of each service fails in a way that passes: in the gate a sample, in the soak (SOAK_RENEWALS, SOAK_CUSTOMERS) more of them. */
import { isSoak } from "../e2e/support/soak";
import { type Stage, stageForEach } from "./support/stage";
import { customersUnderFaults, renewUnderFaults } from "./support/under-faults";

let stage: Stage;
stageForEach((fresh) => {
  stage = fresh;
});

const [oneIn, rounds] = isSoak ? [20, 10] : [8, 2];
const many = (name: string, usual: number, sample: number) => (isSoak ? Number(process.env[name] ?? usual) : sample);

test("renewals: none is lost, none disables another's, and a probe redeems each token", async () => {
  const renewals = many("SOAK_RENEWALS", 3000, 16);
  const found = await renewUnderFaults(stage, renewals / rounds, rounds, oneIn);
  expect(found).toMatchObject({ renewals, renewed: renewals, lost: [], disabled: [], redeemed: renewals / rounds });
});

test("customers: no command loses one, each has its consent once, and none after the revocation", async () => {
  const customers = many("SOAK_CUSTOMERS", 400, 12);
  const found = await customersUnderFaults(stage, customers, oneIn);
  expect(found).toMatchObject({
    consented: { code: 0, failed: 0 },
    checked: { code: 0, failed: 0, outcomes: { ok: customers } },
    executed: { code: 0, failed: 0, outcomes: { ok: customers } },
    revoked: { code: 0, failed: 0 },
    ...{ there: customers, customers, left: 0, listed: customers, shown: customers, notShown: [] },
  });
});
