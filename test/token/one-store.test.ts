/** One sign-in stores one token, whatever must be waited for afterwards; on an emulator and without an engine. */
import type { Stage } from "../cli/support/stage";
import { withShortPauses } from "../support/pauses";
import { signInHere, stageHere, targetOn } from "./stage-here";

let stage: Stage;
stageHere((fresh) => {
  stage = fresh;
});

/** A first sign-in, as in a deployment that has granted what is declared. */
const firstSignIn = () =>
  signInHere(
    {
      ...targetOn(stage),
      permissions: [
        {
          resource: "Azure Resource Manager",
          resourceAppId: "797f4846-ba00-4fd7-ba43-dac1f8f63013",
          scopes: ["user_impersonation"],
        },
      ],
    },
    { grantsMade: true },
  );

const stores = () =>
  stage.emulator.requests.entries().filter(({ method, path }) => method === "PUT" && path.includes(stage.tokenName));

test("a grant that takes effect late", async () => {
  const form = { grant_type: "refresh_token", scope: `*${stage.emulator.origins.resourceManager}*` };
  stage.emulator.faults.add({ service: "authority", form, entra: 65001, times: 2 });
  await withShortPauses(firstSignIn);
  expect([stores().length, await stage.enabled()]).toEqual([1, [true]]);
});

test("a store that is not answered, and sent again: both are of one sign-in, and stay", async () => {
  const now = Date.now();
  jest.spyOn(stage.emulator.clock, "now").mockImplementation(() => now);
  stage.emulator.faults.add({
    service: "keyVault",
    method: "PUT",
    path: `/secrets/${stage.tokenName}`,
    drop: "answer",
  });
  await withShortPauses(firstSignIn);
  jest.restoreAllMocks();
  expect([stores().length, (await stage.enabled()).sort()]).toEqual([2, [true, true]]);
});

test("one that cannot be read back is read again, and not stored again", async () => {
  const { requests, faults } = stage.emulator;
  const log = requests.add.bind(requests);
  // For the next requests to the service.
  jest.spyOn(requests, "add").mockImplementation((entry) => {
    log(entry);
    if (entry.method === "PUT") faults.add({ service: "keyVault", method: "GET", status: 500 });
  });
  await withShortPauses(firstSignIn);
  jest.restoreAllMocks();
  expect([stores().length, await stage.enabled()]).toEqual([1, [true]]);
});
