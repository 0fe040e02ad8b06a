/** Looks at a stack that somebody changed by hand, in addition to those of test/e2e/drift.test.ts. */
import { deployedOnce } from "../e2e/support/deployed-once";
import { aboutStack } from "../e2e/support/command";
import { Project } from "../e2e/support/project";
import { handsOn, hiddenTampers, tampers } from "../e2e/support/tampers";

let project: Project;
beforeEach(async () => {
  project = await Project.start({ deployed: await deployedOnce("AzureCloud") });
});
afterEach(() => project.close());

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
  await project.up("--refresh");
  expect((await vault.getSecret(outputs.clientSecretName)).properties.enabled).toBe(true);
  expect(await drift()).toMatchObject({ code: 0 });
});
