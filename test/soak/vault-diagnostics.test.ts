/** A run that is killed while it makes the setting of a vault's audit log. */
import { askResourceManager, groupPath, vaultPath } from "../../embedded-cloud/testing/azure";
import { aboutStack } from "../e2e/support/command";
import { deployedOnce } from "../e2e/support/deployed-once";
import { ended, killedAt } from "../e2e/support/kill";
import { Project } from "../e2e/support/project";
import { fix } from "./support/repaired";

test("killed while the setting was made: doctor --fix takes it into the state, and up ends with that one", async () => {
  const project = await Project.start({ deployed: await deployedOnce("AzureCloud"), plugins: "in processes" });
  try {
    const ask = await askResourceManager(project.emulator);
    const place = groupPath(project.emulator, "security");
    const diagnostics = `${place}/providers/Microsoft.OperationalInsights/workspaces/audit`;
    for (const path of [place, diagnostics]) await ask("PUT", path, { location: "westeurope" });
    const name = "partner-tokens";
    const vault = { name, resourceGroupName: name, location: "westeurope", retentionDays: 7, diagnostics };
    await project.configure({ vault });
    const isMoment = ({ method, path }: { method: string; path: string }) =>
      method === "PUT" && path.includes("/diagnosticSettings/");
    const { at } = await killedAt(project, isMoment, "cli", "up", "--yes", "--skip-preview");
    expect(at).toMatch(/^PUT .*diagnosticSettings/u);
    await ended(project);
    expect(await fix(project)).toContain(
      "Took into the state: creation of DiagnosticSetting partner, secure-application-model is there",
    );
    await project.up();
    const settings = `${vaultPath(project.emulator, name, name)}/providers/Microsoft.Insights/diagnosticSettings`;
    expect((await ask("GET", settings)).body).toMatchObject({ value: [{ properties: { workspaceId: diagnostics } }] });
    expect((await aboutStack(project, "drift")).code).toBe(0);
  } finally {
    await project.close();
  }
});
