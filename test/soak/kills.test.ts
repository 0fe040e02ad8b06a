/** The sample of test/e2e/interruption.test.ts, at every request that a repair of the consent makes. */
import type { LoggedRequest } from "../../embedded-cloud/testing/emulator";
import { deployedOnce } from "../e2e/support/deployed-once";
import { processesWith } from "../../embedded-cloud/testing/processes";
import { finished, Project } from "../e2e/support/project";
import { openVault, versionsOf } from "../e2e/support/vault";

type Request = Omit<LoggedRequest, "number" | "at">;

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

/** Kills the dynamic provider at the first request that `isMoment` matches. @returns whether there was one */
function killAt({ folder, emulator }: Project, isMoment: (request: Request) => boolean): () => boolean {
  const { requests } = emulator;
  const add = requests.add.bind(requests);
  let killed = false;
  requests.add = (entry) => {
    add(entry);
    if (killed || !isMoment(entry)) return;
    const providers = processesWith("PULUMI_HOME", folder).filter(({ command }) =>
      command.includes("dynamic-provider"),
    );
    for (const { pid } of providers) process.kill(pid, "SIGKILL");
    killed = providers.length > 0;
  };
  return () => killed;
}

test.each(moments)("killed at %s, the next up ends with one healthy token", async (_, isMoment) => {
  const project = await Project.start({ deployed: await deployedOnce("AzureCloud"), plugins: "in processes" });
  try {
    const vault = await openVault(project);
    const { refreshTokenName } = (await project.outputs()) as { refreshTokenName: string };
    for (const { version } of await versionsOf(vault, refreshTokenName)) {
      await vault.updateSecretProperties(refreshTokenName, version, { enabled: false });
    }
    const wasKilled = killAt(project, isMoment);
    const { code } = await finished(project.spawn("up", "--refresh", "--yes", "--skip-preview"));
    expect({ killed: wasKilled(), failed: code !== 0 }).toEqual({ killed: true, failed: true });
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
