/** A second check after tests of test/e2e: nothing has drifted, and what a unit test refuses there is refused by the engine. */
import { startDeployed } from "../e2e/support/deployed-once";
import type { Project } from "../e2e/support/project";
import { labelsOf } from "../e2e/support/rotations";
import { aboutStack, redeem } from "../e2e/support/command";
import { newestOf, openVault, tokenVersions, versionsOf } from "../e2e/support/vault";

let project: Project;
afterEach(() => project.close());

const expectNoDrift = async () => {
  const { code, text } = await project.drift();
  expect({ code, text: code === 0 ? "" : text }).toEqual({ code: 0, text: "" });
};

test("rotation: no token is stored, not of another tenant either, a delayed writer's works, and nothing has drifted afterwards", async () => {
  project = await startDeployed();
  const { refreshTokenName: name } = await project.outputs();
  const client = await openVault(project);
  const before = newestOf(await tokenVersions(project));
  const other = "refresh-token-dddddddd-1111-4222-8333-444444444444";
  const { value = "" } = await client.getSecret(name);
  await client.setSecret(other, value, { tags: { ...before.tags, tenant: other.slice("refresh-token-".length) } });
  for (const argv of [[], [], ["--finish"]])
    expect((await aboutStack(project, "rotate", "--yes", ...argv)).code).toBe(0);
  expect([await tokenVersions(project), (await versionsOf(client, other)).length]).toEqual([[before], 1]);
  expect(await labelsOf(project)).toEqual(["partner-c3"]);
  // A delayed writer, killed after it had stored.
  await client.setSecret(name, value, { tags: before.tags });
  // Two tenants' tokens are in the vault: which one is meant has to be named.
  const ofTenant = ["--partner-tenant", before.tags["tenant"] ?? ""];
  expect((await redeem(project, "partner-center", ...ofTenant)).code).toBe(0);
  expect(project.signIns).toBe(0);
  await expectNoDrift();
});

test("replacing the consent ends with one healthy token; a changed client id replaces it and disables the old token", async () => {
  project = await startDeployed();
  const urnOf = async (of: string) => (await project.state()).find(({ type }) => type === of)?.urn ?? "";
  await project.up("--replace", await urnOf("pulumi-nodejs:dynamic/partner:Consent"));
  const { applicationId, consent } = await project.outputs();
  const versions = (await tokenVersions(project)).map((version) => version.enabled);
  expect([consent.health, versions]).toEqual(["ok", [...versions.slice(1).map(() => false), true]]);
  await expectNoDrift();
  await project.up("--replace", await urnOf("azuread:index/application:Application"));
  const after = await project.outputs();
  expect(after.applicationId).not.toBe(applicationId);
  const enabled = (await tokenVersions(project)).filter((version) => version.enabled);
  expect([after.consent.health, enabled.map(({ tags }) => tags["application"])]).toEqual(["ok", [after.applicationId]]);
});
