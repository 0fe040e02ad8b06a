/** `revoke` in the other cloud, and with a certificate: its key signs nothing more, and the next deployment makes another. */
import { aboutStack, redeem } from "../e2e/support/command";
import { Project } from "../e2e/support/project";
import { applicationOf, certificatesOf, daysAgo } from "../e2e/support/rotations";
import { letRevokeSessions } from "../e2e/support/deployer";
import { tokenVersions } from "../e2e/support/vault";

test.each([
  ["by hand", { kind: "certificate" }],
  ["by the calendar", { kind: "certificate", rotateEvery: "30d", firstDay: daysAgo(10) }],
])("a certificate %s in AzureUSGovernment", async (_, credential) => {
  await using project = await Project.start({ cloud: "AzureUSGovernment", settings: { credential } });
  await project.up();
  letRevokeSessions(project);
  const token = async () => (await redeem(project)).code;
  const before = certificatesOf(project).map(({ id }) => id);
  expect([await token(), before.length]).toEqual([0, 1]);

  const revoked = await aboutStack(project, "revoke", "--yes", "--json", "--customers", `${project.folder}/reached`);
  expect(revoked.code).toBe(0);
  expect(JSON.parse(revoked.stdout)).toMatchObject({ done: true, customers: { file: `${project.folder}/reached` } });
  expect((await applicationOf(project)).keyCredentials).toEqual([]);
  expect(certificatesOf(project).map(({ enabled, tags }) => [enabled, tags["revoked"]])).toEqual([[false, "true"]]);
  expect(await token()).not.toBe(0);
  // Again, before anybody consented: nothing is left to do.
  expect((await aboutStack(project, "revoke", "--yes", "--customers", `${project.folder}/reached`)).code).toBe(0);

  await project.up();
  expect(await token()).toBe(0);
  expect((await applicationOf(project)).keyCredentials).toHaveLength(1);
  const after = certificatesOf(project).filter(({ enabled }) => enabled);
  expect(after.map(({ id }) => before.includes(id))).toEqual([false]);
  const versions = await tokenVersions(project);
  expect(versions.map(({ enabled }) => enabled)).toEqual([false, true]);
  expect(await aboutStack(project, "drift")).toMatchObject({ code: 0, stdout: "Stack dev has not drifted.\n" });
});
