/** A second check after tests of test/e2e: nothing has drifted, and what a unit test refuses there is refused by the engine. */
import { startDeployed } from "../e2e/support/deployed-once";
import type { Project } from "../e2e/support/project";
import { labelsOf } from "../e2e/support/rotations";
import { newestOf, openVault, tokenVersions } from "../e2e/support/vault";

let project: Project;
afterEach(() => project.close());

const expectNoDrift = async () => {
  const { code, text } = await project.drift();
  expect({ code, text: code === 0 ? "" : text }).toEqual({ code: 0, text: "" });
};

test("rotation: the token is proven with the new secret, and published with its name; a delayed writer, and another tenant's token that names the old secret, hold it up, and nothing has drifted afterwards", async () => {
  project = await startDeployed();
  const { refreshTokenName: name } = await project.outputs();
  const client = await openVault(project);
  const before = newestOf(await tokenVersions(project));
  await project.configure({ credential: { label: "next", previous: { kind: "secret", label: "initial" } } });
  await project.up();
  const newest = newestOf(await tokenVersions(project));
  expect(newest).toMatchObject({
    enabled: true,
    tags: { "client-secret": expect.stringMatching(/^client-secret-next-/u) as string },
  });
  await project.configure({ credential: { label: "next" } });
  const labels = () => labelsOf(project);
  const other = "dddddddd-1111-4222-8333-444444444444";
  const { value = "" } = await client.getSecret(name);
  await client.setSecret(`refresh-token-${other}`, value, { tags: { ...before.tags, tenant: other } });
  const refused = await project.pulumi("up", "--yes", "--skip-preview");
  expect([refused.code, await labels()]).toEqual([1, ["initial", "next"]]);
  expect(refused.text).toMatch(/The client secret client-secret-initial-.* cannot be removed yet: .*names it\./su);
  await client.setSecret(`refresh-token-${other}`, value, { enabled: false });
  // A delayed writer, killed after it had stored: the secret is removed when the token names the new one again.
  await client.setSecret(name, value, { tags: before.tags });
  await project.up();
  expect([newestOf(await tokenVersions(project)).tags["client-secret"], await labels()]).toEqual([
    newest.tags["client-secret"],
    ["next"],
  ]);
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
