/** A stack that declares CI's identities: the doctor tells what it can, and no check asks for a model. */
import { examine } from "../../../cli/doctor/examine";
import { Facts } from "../../../cli/doctor/facts";
import { checksFor } from "../../../cli/doctor/all-checks";
import { exitCodeOfResults } from "../../../cli/doctor/report";
import { announcement, type Emulator, emulatorForEach } from "../../../tools/embedded-cloud/testing/emulator";
import { StackFolder } from "../../fixes/support/stack-folder";
import { told } from "../support/told";
import { ownEndpoints } from "../../support/own-endpoints";

let emulator: Emulator;
let stack: StackFolder;
emulatorForEach((started) => {
  emulator = started;
});
beforeAll(async () => {
  stack = await StackFolder.make();
});
afterAll(() => stack.close());

test("what applies is looked at, whoever runs it is told whether they may, and what looks at the rest is named", async () => {
  const { url, origins } = emulator;
  const { microsoftGraph, resourceManager } = origins;
  const endpoints = ownEndpoints({ authority: url, microsoftGraph, resourceManager });
  await stack.configure({ cloud: "AzureCloud", endpoints, ci: { github: { repository: "contoso/partner" } } });
  const { tenantId, deployer } = announcement(emulator);
  const env = stack.deployerVariables(emulator, { NODE_EXTRA_CA_CERTS: emulator.caFile });
  const facts = new Facts({ stack: "dev", cwd: stack.folder }, env);
  const results = await Array.fromAsync(examine(await checksFor(facts), () => facts));
  const said = Object.fromEntries(results.map((one) => [one.name, [one.state, one.what, told(one).fix ?? null]]));
  expect(said).toMatchObject({
    stack: [
      "ok",
      "dev: its configuration is right, and nothing is deployed yet; it declares the identities of CI for global, and no model",
      null,
    ],
    cloud: ["ok", `AzureCloud; ${url} answers`, null],
    tenant: ["ok", expect.stringContaining(tenantId), null],
    // The seeded deployer may register applications, and grant nothing.
    "ci-administrator": [
      "failed",
      expect.stringMatching(new RegExp(`${deployer.clientId} lacks AppRoleAssignment\\.ReadWrite\\.All\\.`, "u")),
      "Somebody who is Global Administrator, or Privileged Role Administrator and also Application Administrator or Cloud Application Administrator, signs in (az login) and runs it.",
    ],
    ci: ["skipped", "not checked here: Azure roles, taken names, stacks", "Check them: pulumi preview --stack dev"],
  });
  expect(Object.keys(said)).not.toContain("vault");
  expect(exitCodeOfResults(results)).toBe(1);
});
