/** Looks at a stack that somebody changed by hand, or whose vault this machine does not reach, in addition to those of test/e2e/drift.test.ts. */
import { aboutStack } from "../e2e/support/command";
import { stackForEach } from "../e2e/support/deployed-once";
import type { Project } from "../e2e/support/project";
import { closedByFirewall, handsOn, hiddenTampers, tampers } from "../e2e/support/tampers";

let project: Project;
stackForEach({ deployed: true }, (started) => (project = started));

test("the preview of the documentation names every tamper, with exit code 7", async () => {
  const hands = await handsOn(project);
  const all = [...tampers, ...hiddenTampers];
  for (const { tamper } of all) await tamper(hands);
  const { code, text } = await project.drift();
  expect(code).toBe(7);
  for (const { named } of all) for (const pattern of named) expect(text).toMatch(pattern);
});

test("a client secret that was deleted in the vault is drift: a deployment recovers it, and stores it again", async () => {
  const { vault, outputs } = await handsOn(project);
  await (await vault.beginDeleteSecret(outputs.clientSecretName)).pollUntilDone();
  const drift = async () => await aboutStack(project, "drift");
  const { code, stdout } = await drift();
  expect([code, stdout]).toEqual([5, expect.stringContaining("VaultSecret partner-initial")]);
  await project.up();
  expect((await vault.getSecret(outputs.clientSecretName)).properties.enabled).toBe(true);
  expect(await drift()).toMatchObject({ code: 0 });
});

describe("a vault that does not let this machine in", () => {
  beforeEach(() => {
    project.emulator.faults.add({ service: "keyVault", status: 403, body: closedByFirewall, times: 0 });
  });

  test("where nothing else has drifted the command could not look, which is no answer", async () => {
    const { code, stdout } = await aboutStack(project, "drift", "--json");
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /"message":"Stack dev: nothing else has drifted, but part of it could not be checked.*Key Vault Reader/u,
    );
  });

  test("a stack of another cloud is none of this one's to look at", async () => {
    await project.configure({ cloud: "AzureUSGovernment" });
    const { code, stdout } = await aboutStack(project, "drift", "--json");
    await project.configure({});
    expect(code).toBe(2);
    expect(stdout).toMatch(
      /is not in AzureUSGovernment[^]*pulumi config set secure-application-model:cloud AzureCloud/u,
    );
  });
});
