/** Kills at a request: at every one that a repair of the consent makes, and while the setting of a vault's audit log is made. */
import { groupPath, resourceManagerOf, vaultPath } from "../../tools/embedded-cloud/testing/azure";
import { devVault } from "../e2e/support/dev-configuration";
import { ended, killedAt, type Request } from "../e2e/support/kill";
import { startDeployed } from "../e2e/support/deployed-once";
import { disableTokens, tokenVersions } from "../e2e/support/vault";
import { fix } from "./support/repaired";

const moments: [string, (request: Request) => boolean][] = [
  ["the look for the tenant", ({ path }) => path.includes("openid-configuration")],
  ["the probe", ({ service, method }) => service === "keyVault" && method === "PUT"],
  ["the read of the credential", ({ path }) => path.includes("/secrets/client-credential")],
  ["the start of the sign-in", ({ path }) => path.includes("/authorize")],
  ["the second factor", ({ path }) => path.includes("/second-factor")],
  ["the redemption of the code", ({ path, note }) => path.includes("/token") && note?.includes("code") === true],
  ["the store", ({ method, path }) => method === "PUT" && path.includes("/secrets/refresh-token")],
  ["the read back", ({ method, path }) => method === "GET" && /\/secrets\/refresh-token[^/]*\/\w/u.test(path)],
];

test.each(moments)("killed at %s, the next up ends with one healthy token", async (_, isMoment) => {
  await using project = await startDeployed({ plugins: "in processes" });
  await disableTokens(project);
  const { at, code } = await killedAt(project, isMoment, "provider", "up", "--yes", "--skip-preview");
  expect({ killed: at !== undefined, failed: code !== 0 }).toEqual({ killed: true, failed: true });
  await project.up();
  const enabled = (await tokenVersions(project)).filter((version) => version.enabled);
  // What is made of a token of the same sign-in disables none.
  const signIns = new Set(enabled.map(({ tags }) => tags["consented-at"]));
  expect([(await project.outputs()).consent, signIns.size, (await project.drift()).code]).toMatchObject([
    { health: "ok" },
    1,
    0,
  ]);
});

test("killed while the setting was made: doctor --fix takes it into the state, and up ends with that one", async () => {
  await using project = await startDeployed({ plugins: "in processes" });
  const ask = resourceManagerOf(project.emulator);
  const place = groupPath(project.emulator, "security");
  const diagnostics = `${place}/providers/Microsoft.OperationalInsights/workspaces/audit`;
  for (const path of [place, diagnostics]) await ask("PUT", path, { location: "westeurope" });
  const { name } = devVault;
  await project.configure({ vault: { ...devVault, diagnostics } });
  const isMoment = ({ method, path }: Request) => method === "PUT" && path.includes("/diagnosticSettings/");
  const { at } = await killedAt(project, isMoment, "cli", "up", "--yes", "--skip-preview");
  expect(at).toMatch(/^PUT .*diagnosticSettings/u);
  await ended(project);
  expect(await fix(project)).toContain(
    "Imported into the state: creation of DiagnosticSetting partner, secure-application-model is there",
  );
  expect(await project.state()).toContainEqual(
    expect.objectContaining({
      type: "azure-native:monitor:DiagnosticSetting",
      dependencies: expect.arrayContaining([expect.stringMatching(/:Vault::partner$/u)]) as unknown,
    }),
  );
  await project.up();
  const settings = `${vaultPath(project.emulator, name, name)}/providers/Microsoft.Insights/diagnosticSettings`;
  expect((await ask("GET", settings)).body).toMatchObject({ value: [{ properties: { workspaceId: diagnostics } }] });
  expect((await project.drift()).code).toBe(0);
});
