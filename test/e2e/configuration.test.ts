/** A configuration is judged in the preview, before anything is created. */
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { newGroup } from "../../tools/embedded-cloud/testing/directory";
import { stackForAll } from "./support/deployed-once";
import { type Finished, type Project } from "./support/project";
import { isSoak } from "./support/soak";

/** What a deployment would have added to the emulator. */
function created({ tenant }: Project): number {
  const groups = [...tenant.subscriptions.values()].map(({ resourceGroups }) => resourceGroups.size);
  return groups.reduce((sum, size) => sum + size, 0) + tenant.applications.size - 1;
}

let project: Project;

afterEach(() => {
  expect(created(project)).toBe(0);
});
stackForAll({}, (started) => (project = started));

const preview = async (settings: Record<string, unknown>) => {
  await project.configure(settings);
  return await project.pulumi("preview");
};

/** Of a configuration with problems, where the engine writes the client secret past the program. */
let problems: Finished;
beforeAll(async () => {
  const before = { ...project.environment };
  const [trace, calls] = ["trace", "calls"].map((name) => join(project.folder, name));
  Object.assign(project.environment, { PULUMI_DEBUG_GRPC: calls, TF_LOG: "INFO" });
  await project.configure({
    cloud: "AzureGermanCloud",
    tenantId: "partner",
    displayName: "x".repeat(121),
    configurePreconsent: "yes",
    colour: "blue",
    credential: { rotateEvery: "5d" },
    vault: { name: "-bad-", resourceGroupName: undefined, location: "westeurope", retentionDays: 365 },
  });
  const misspelt = "secure-application-model:existingAplication";
  await project.pulumi("config", "set", "--secret", misspelt, project.seeds.partner.id);
  problems = await project.pulumi("preview", "--tracing", `file:${trace ?? ""}`);
  for (const name of ["PULUMI_DEBUG_GRPC", "TF_LOG"]) project.environment[name] = before[name];
});

test("where the engine writes the client secret past the program, the program says so at its start", () => {
  const told = problems.text.match(/(?<=^\s*warning: )\w+(?=.*, the client secret in the clear\.)/gmu);
  expect(told).toEqual(["PULUMI_DEBUG_GRPC", "TF_LOG", "This"]);
});

test("missing, unknown and mistyped settings, all at once", () => {
  const { code, text } = problems;
  expect(code).toBe(1);
  expect(text).toMatch(/The configuration of this stack has 10 problems/u);
  const paths = ["cloud", "tenantId", "displayName", "configurePreconsent", "colour", "credential.rotateEvery"];
  for (const path of [...paths, "vault.name", "vault.resourceGroupName", "vault.retentionDays"]) {
    expect(text).toContain(`secure-application-model:${path}\n`);
  }
  expect(text).toContain("AzureGermanCloud, which closed on 2021-10-29");
  expect(text).toMatch(/tenantId\s+found: {3}"partner"\s+allowed: a tenant's GUID or one of its verified domains/u);
  expect(text).toContain("fix:     pulumi config set --path secure-application-model:vault.retentionDays 90");
  expect(text).not.toMatch(/ at .*\.js:\d+/u);
});

test("an encrypted value is not in the command that would rename its setting: the engine prints a mask", () => {
  expect(problems.text).toContain("did you mean existingApplication?");
  expect(problems.text).not.toContain("Rename it");
});

test("no group AdminAgents, and two of them", async () => {
  const { tenant } = project;
  const group = tenant.groups.get(project.emulator.seeds.groups.adminAgents.id);
  if (group === undefined) throw new Error("The seeds have no AdminAgents.");
  tenant.groups.delete(group.id);
  const none = await preview({});
  expect(none.code).toBe(1);
  expect(none.text).toMatch(/This tenant has no group AdminAgents.*configurePreconsent false/su);
  expect(none.text).not.toMatch(/invocation of azuread/u);
  if (!isSoak) {
    tenant.groups.set(group.id, group);
    return;
  }
  const second = newGroup({ id: randomUUID(), displayName: "AdminAgents" }, new Date().toISOString());
  tenant.groups.set(group.id, group).set(second.id, second);
  const two = await preview({});
  tenant.groups.delete(second.id);
  expect(two.code).toBe(1);
  expect(two.text).toMatch(/more than one group AdminAgents.*az ad group list/su);
});
