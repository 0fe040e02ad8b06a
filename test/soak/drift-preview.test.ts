/** Looks at a stack that somebody changed by hand, in addition to those of test/e2e/drift.test.ts. */
import { secureAppModel } from "../e2e/support/command";
import { deployedOnce } from "../e2e/support/deployed-once";
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

interface Refusal {
  what: string;
  why: string;
  fixes: { commands: { program: string; args: string[] }[] }[];
}

// Runs the fix "cli/drift/preview-failure.ts: If it is gone, make it again".
test("a resource that cannot be read ends the look, as a client secret that was deleted in the vault: the printed commands look at the rest, and make it again", async () => {
  const ofStack = ["--stack", "dev", "--config-file", project.configFile];
  /** The printed command, with the test's way to name the stack. */
  const run = (args: string[], ...more: string[]) => project.pulumi(...args.slice(0, -ofStack.length), ...more);
  const { vault, outputs } = await handsOn(project);
  await (await vault.beginDeleteSecret(outputs.clientSecretName)).pollUntilDone();
  const urn = (await project.state()).find(({ type }) => type === "azure-native:keyvault:Secret")?.urn ?? "";
  const exclude = ["preview", "--refresh", "--exclude", urn, ...ofStack];
  const again = ["up", "--replace", urn, ...ofStack];
  const { code, stdout } = await secureAppModel(project, ["drift", ...ofStack, "--json"]);
  const { what, why, fixes } = (JSON.parse(stdout) as { error: Refusal }).error;
  const commands = fixes.flatMap((fix) => fix.commands.map(({ args }) => args));
  expect({ code, what, why, commands }).toEqual({
    code: 1,
    what: "Stack dev: azure-native.keyvault.Secret partner-initial could not be read, and the engine ends there; this says nothing about drift.",
    why: expect.stringMatching(/^Status=404 Code="SecretNotFound" /u) as string,
    commands: [exclude, again],
  });
  const rest = await run(exclude, "--expect-no-changes");
  expect([rest.code, rest.text]).toEqual([0, expect.stringMatching(/Resources:\n +\d+ unchanged\n/u)]);
  expect((await run(again, "--yes", "--skip-preview")).code).toBe(0);
  expect((await vault.getSecret(outputs.clientSecretName)).properties.enabled).toBe(true);
});
