/** What a replacement of the consent, or of the application below it, leaves in the vault. */
import { deployedOnce } from "../e2e/support/deployed-once";
import { Project } from "../e2e/support/project";
import { openVault, versionsOf } from "../e2e/support/vault";

interface StackOutputs {
  applicationId: string;
  refreshTokenName: string;
  consent: { health: string };
}

let project: Project;
const outputs = async () => (await project.outputs()) as unknown as StackOutputs;

beforeAll(async () => {
  project = await Project.start({ deployed: await deployedOnce("AzureCloud") });
});
afterAll(() => project.close());

test("replacing the consent ends with one healthy token", async () => {
  const urn = (await project.state()).find(({ type }) => type.endsWith("partner:Consent"))?.urn ?? "";
  await project.up("--replace", urn);
  const { refreshTokenName, consent } = await outputs();
  const versions = await versionsOf(await openVault(project), refreshTokenName);
  expect({ health: consent.health, enabled: versions.map(({ enabled }) => enabled) }).toEqual({
    health: "ok",
    enabled: [...versions.slice(1).map(() => false), true],
  });
  expect((await project.drift()).code).toBe(0);
});

test("a changed client id replaces the consent and disables the old token", async () => {
  const before = await outputs();
  const urn = (await project.state()).find(({ type }) => type === "azuread:index/application:Application")?.urn ?? "";
  await project.up("--replace", urn);
  const after = await outputs();
  expect(after.applicationId).not.toBe(before.applicationId);
  const versions = await versionsOf(await openVault(project), after.refreshTokenName);
  const enabled = versions.filter((version) => version.enabled).map(({ tags }) => tags["application"]);
  expect({ health: after.consent.health, enabled }).toEqual({ health: "ok", enabled: [after.applicationId] });
});
