/** Certificates under the real engine, further: rotations at once, to a client secret and back, and beside what somebody else has. */
import { stackForAll } from "../e2e/support/deployed-once";
import { aboutStack, redeem } from "../e2e/support/command";
import { openExisting } from "../e2e/support/existing";
import { openGraph } from "../e2e/support/graph";
import { Project } from "../e2e/support/project";
import { applicationOf, certificatesOf, publishedIn } from "../e2e/support/rotations";
import { assign, createVault, resourceManagerOf, roleIds, vaultPath } from "../../tools/embedded-cloud/testing/azure";

let project: Project;
stackForAll({}, (started) => (project = started));
const result = (...argv: string[]) => aboutStack(project, ...argv);

async function everywhere(): Promise<unknown[]> {
  const { keyCredentials, passwordCredentials } = await applicationOf(project);
  const { code } = await redeem(project);
  return [keyCredentials.length, passwordCredentials.length, await publishedIn(project), code];
}

test("one command rotates to another certificate, and another one ends the one before, whose key never left the vault", async () => {
  await project.configure({ credential: { kind: "certificate" } });
  await project.up();
  expect(await everywhere()).toEqual([1, 0, ["partner-c1"], 0]);
  const rotated = await result("rotate", "--yes");
  expect([rotated.code, rotated.stdout]).toEqual([0, "Stack dev is rotated. New credential c2 in use.\n"]);
  expect(await everywhere()).toEqual([2, 0, ["partner-c2", "partner-c1"], 0]);
  const revoked = await result("rotate", "--revoke-now", "--yes");
  expect([revoked.code, revoked.stdout]).toEqual([
    0,
    "Stack dev is rotated. New credential c3 in use. Removed: c2, c1.\n",
  ]);
  expect(revoked.stderr).toContain("Nobody loses access: the key of c2, c1 never left the vault");
  expect(await everywhere()).toEqual([1, 0, ["partner-c3"], 0]);
  expect((await result("drift")).code).toBe(0);
});

test("to client secrets and back, which takes roles: a deployment each, and the calendar's runs stop for it", async () => {
  await project.configure({ credential: { kind: "secret", rotateEvery: "30d" } });
  await project.up();
  expect(await everywhere()).toEqual([1, 1, ["partner-c4", "partner-c3"], 0]);
  await project.configure({ credential: { kind: "certificate", rotateEvery: "30d" } });
  await project.up();
  expect(await everywhere()).toEqual([1, 1, ["partner-c5", "partner-c4"], 0]);
  const none = await result("rotate", "--scheduled");
  expect([none.code, none.stdout]).toEqual([0, "No rotation of stack dev is due.\n"]);
  expect((await result("drift")).code).toBe(0);
});

test("beside what an adopted application has, in a vault of somebody else, and gone with the stack", async () => {
  await using other = await Project.start();
  const graph = await openGraph(other);
  const existing = await openExisting(other, graph);
  const ask = resourceManagerOf(other.emulator);
  const uri = await createVault(other.emulator, ask);
  // As in docs/runbook.md: by the vault's owner.
  for (const role of [roleIds.secretsOfficer, roleIds.certificatesOfficer, roleIds.cryptoUser])
    await assign(other.emulator, ask, vaultPath(other.emulator), role);
  const before = await existing.dump();
  const settings = { displayName: undefined, existingApplication: existing.clientId, vault: { uri } };
  await other.configure({ ...settings, credential: { kind: "certificate" } });
  await other.up();
  const { keyCredentials, passwordCredentials } = await applicationOf(other);
  expect([keyCredentials.length, passwordCredentials.map(({ displayName }) => displayName)]).toEqual([1, ["portal"]]);
  const { resources } = await other.exported();
  expect(resources.filter(({ type }) => /authorization|:Secret$/u.test(type))).toEqual([]);
  const token = await redeem(other);
  expect([token.code, token.stderr]).toEqual([0, ""]);
  expect((await other.drift()).code).toBe(0);
  await other.destroy();
  expect(await existing.dump()).toEqual(before);
  expect(certificatesOf(other).map(({ enabled }) => enabled)).toEqual([false]);
});
