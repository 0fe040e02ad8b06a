/** The sample of test/e2e/interruption.test.ts, at every request that a repair of the consent makes. */
import { deployedOnce } from "../e2e/support/deployed-once";
import { killedAt, type Request } from "../e2e/support/kill";
import { Project } from "../e2e/support/project";
import { openVault, versionsOf } from "../e2e/support/vault";

/** The requests of a consent, in their order; the provider is killed when it gets the response. */
const moments: [string, (request: Request) => boolean][] = [
  ["the look for the tenant", ({ path }) => path.includes("openid-configuration")],
  ["the probe", ({ service, method }) => service === "keyVault" && method === "PUT"],
  ["the read of the client secret", ({ path }) => path.includes("/secrets/client-secret")],
  ["the start of the sign-in", ({ path }) => path.includes("/authorize")],
  ["the second factor", ({ path }) => path.includes("/second-factor")],
  ["the redemption of the code", ({ path, note }) => path.includes("/token") && note?.includes("code") === true],
  ["the store", ({ method, path }) => method === "PUT" && path.includes("/secrets/refresh-token")],
  ["the read back", ({ method, path }) => method === "GET" && /\/secrets\/refresh-token[^/]*\/\w/u.test(path)],
];

test.each(moments)("killed at %s, the next up ends with one healthy token", async (_, isMoment) => {
  const project = await Project.start({ deployed: await deployedOnce("AzureCloud"), plugins: "in processes" });
  try {
    const vault = await openVault(project);
    const { refreshTokenName } = (await project.outputs()) as { refreshTokenName: string };
    for (const { version } of await versionsOf(vault, refreshTokenName)) {
      await vault.updateSecretProperties(refreshTokenName, version, { enabled: false });
    }
    const { at, code } = await killedAt(project, isMoment, "provider", "up", "--refresh", "--yes", "--skip-preview");
    expect({ killed: at !== undefined, failed: code !== 0 }).toEqual({ killed: true, failed: true });
    await project.up("--refresh");
    const enabled = (await versionsOf(vault, refreshTokenName)).filter((version) => version.enabled);
    expect([(await project.outputs())["consent"], enabled.length, (await project.drift()).code]).toMatchObject([
      { health: "ok" },
      1,
      0,
    ]);
  } finally {
    await project.close();
  }
});
