/** The documented ways to remove a protection, and to leave an inaccessible vault, from README and the errors. */
import { stackForEach } from "../e2e/support/deployed-once";
import { aboutStack, doctor } from "../e2e/support/command";
import { Project } from "../e2e/support/project";
import { disableTokens } from "../e2e/support/vault";

let project: Project;

stackForEach({ deployed: true }, (started) => (project = started));

const pulumi = async (...argv: string[]) => {
  const { code, text } = await project.pulumi(...argv);
  if (code !== 0) throw new Error(text);
};

test("a protected stack rotates, moves its vault, is destroyed and comes back, each in its documented way", async () => {
  await project.set({ protect: true });
  await project.up();
  // Rotating does not need the protection to be removed.
  for (const argv of [[], ["--finish"]]) expect((await aboutStack(project, "rotate", "--yes", ...argv)).code).toBe(0);
  const before = await project.outputs();
  expect(before.credential.generations).toMatchObject([{ number: 2, kind: "secret" }]);
  // Moving the vault is refused until the protection is off.
  await project.set({ "vault.name": "partner-tokens-2" });
  const refused = await project.pulumi("up", "--yes", "--skip-preview");
  expect([refused.code !== 0, refused.text.includes("protect")]).toEqual([true, true]);
  await project.set({ "vault.name": "partner-tokens", protect: false });
  await project.up();
  await project.set({ "vault.name": "partner-tokens-2" });
  await project.up();
  const moved = await project.outputs();
  expect([moved.consent.health, moved.vaultUri === before.vaultUri, moved.applicationId]).toEqual([
    "ok",
    false,
    before.applicationId,
  ]);
  await pulumi("config", "rm", "secure-application-model:protect");
  await project.up();
  const { code, text } = await project.pulumi("destroy", "--yes", "--skip-preview");
  const [, printed = ""] = /Turn the protection off, deploy that, then destroy: pulumi (.*?):? *$/mu.exec(text) ?? [];
  expect([code === 0, printed]).toEqual([false, expect.stringContaining("protect false")]);
  // Runs the fix "lib/providers/destroy-protection.ts: Turn the protection off, deploy that, then destroy".
  for (const [verb = "", ...argv] of printed.split(", then pulumi ").map((one) => one.split(" ")))
    await pulumi(verb, ...argv, ...(verb === "config" ? [] : ["--yes", "--skip-preview"]));
  await project.up();
  const again = await project.outputs();
  expect([again.consent.health, again.vaultUri, again.applicationId === moved.applicationId]).toEqual([
    "ok",
    moved.vaultUri,
    false,
  ]);
});

test("a protected stack whose consent nobody can finish is destroyed: its protection is turned off alone", async () => {
  await project.set({ protect: true });
  await project.up();
  await disableTokens(project);
  delete project.environment["BROWSER"];
  await project.set({ protect: false });
  await expect(project.up()).rejects.toThrow("A person must sign in once");
  const { code, text } = await project.pulumi("destroy", "--yes", "--skip-preview");
  const [, printed = ""] = /turn off the protection alone: pulumi (.*?):? *$/mu.exec(text) ?? [];
  expect([code === 0, printed]).toEqual([false, expect.stringContaining("--target '**DestroyProtection**'")]);
  // Runs the fix "lib/providers/destroy-protection.ts: If that deployment fails at the consent, turn off the protection alone".
  await pulumi("up", "--target", "**DestroyProtection**", "--yes", "--skip-preview");
  await project.destroy();
  expect((await project.state()).filter(({ type }) => type !== "pulumi:pulumi:Stack")).toEqual([]);
});

test("a first deployment that ended in the middle is taken back by the lines that doctor prints", async () => {
  await using first = await Project.start({ signIn: "nobody", settings: { protect: true, adminConsent: undefined } });
  expect((await first.pulumi("up", "--yes", "--skip-preview")).code).toBe(1);
  expect((await first.pulumi("destroy", "--yes", "--skip-preview")).text).toContain("pulumi state unprotect");
  const stack = (await doctor(first)).of("stack");
  expect(stack?.what).toContain("its first deployment ended in the middle");
  // Runs the fix "cli/doctor/checks/target.ts: Or, if neither the service account nor a customer has consented yet, take back what it made".
  const lines = stack?.fixes.find(({ text }) => text.startsWith("Or, if neither"))?.commands.map(({ line }) => line);
  expect(lines).toEqual([
    expect.stringMatching(/^pulumi state unprotect --all /u),
    expect.stringMatching(/^pulumi destroy /u),
  ]);
  const { code, text } = await first.pulumi("state", "unprotect", "--all", "--yes");
  expect({ code, text: code === 0 ? "" : text }).toEqual({ code: 0, text: "" });
  await first.destroy();
  expect((await first.state()).filter(({ type }) => type !== "pulumi:pulumi:Stack")).toEqual([]);
});

// Runs the fix "cli/doctor/checks/target.ts: Repair what it ended at, then go on".
test("and one goes on with a deployment, once what it ended at is repaired", async () => {
  await using first = await Project.start({ signIn: "nobody", settings: { protect: true } });
  const { id } = first.emulator.faults.add({
    service: "microsoftGraph",
    method: "POST",
    path: "/v1.0/oauth2PermissionGrants",
    status: 403,
    times: 0,
  });
  expect((await first.pulumi("up", "--yes", "--skip-preview")).code).toBe(1);
  expect((await doctor(first)).of("stack")?.state).toBe("warning");
  first.emulator.faults.remove(id);
  await first.pulumi("up", "--yes", "--skip-preview");
  expect((await first.state()).some(({ type }) => type.endsWith(":Grants"))).toBe(true);
});

test("a vault that never answers this machine again: its tokens are disabled elsewhere, and the rest is destroyed", async () => {
  const body = { error: { code: "Forbidden", message: "no", innererror: { code: "ForbiddenByConnection" } } };
  const { id } = project.emulator.faults.add({ service: "keyVault", status: 403, body, times: 0 });
  const before = (await project.state()).map(({ urn }) => urn).filter((urn) => !urn.includes("DestroyProtection"));
  const { code, text } = await project.pulumi("destroy", "--yes", "--skip-preview");
  expect(code).not.toBe(0);
  expect(text).toMatch(/may still be enabled.*az keyvault secret list-versions --id .*pulumi state delete/su);
  expect((await project.state()).map(({ urn }) => urn)).toEqual(before);
  // On another machine, with the az lines.
  project.emulator.faults.remove(id);
  await disableTokens(project);
  project.emulator.faults.add({ service: "keyVault", status: 403, body, times: 0 });
  const urn = before.find((one) => one.includes("partner:Consent::")) ?? "";
  expect((await project.pulumi("stack", "--show-urns")).text).toContain(urn);
  // Runs the fix "lib/token/disable-versions.ts: If it never will, disable them on a machine that it answers; then remove the consent from the state, and destroy the rest".
  await pulumi("state", "delete", urn, "--target-dependents", "--force", "--yes");
  await project.destroy();
  expect((await project.state()).filter(({ type }) => type !== "pulumi:pulumi:Stack")).toEqual([]);
});
