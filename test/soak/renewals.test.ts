/** A token that is renewed again and again, by two at once, and a credential that is rotated meanwhile: nobody is refused, and nothing drifts. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Endpoints, SecureAppModelCredential } from "../../components/library";
import { deployerCredential } from "../e2e/support/deployer";
import { startDeployed } from "../e2e/support/deployed-once";
import { aboutStack, redeem, secureAppModel } from "../e2e/support/command";
import type { Project } from "../e2e/support/project";
import { newestOf, openVault, tokenVersions } from "../e2e/support/vault";
import { beLate } from "./support/late-entra";
import { addPartners, probed } from "./support/partners";
import { expectOneRecord, say } from "./support/repaired";

const rounds = 40;

test(`${rounds} rounds of two renewals at once: none disables another's, tags as they were, and no drift`, async () => {
  await using project = await startDeployed();
  const { vaultUri } = await project.outputs();
  const { tags } = newestOf(await tokenVersions(project));
  const renew = () => secureAppModel(project, ["renew", "--vault", vaultUri]);
  for (let round = 1; round <= rounds; round += 1) {
    const codes = (await Promise.all([renew(), renew()])).map(({ code }) => code);
    const versions = await tokenVersions(project);
    const token = await redeem(project, "graph");
    expect({ round, codes, token: token.code }).toEqual({ round, codes: [0, 0], token: 0 });
    expect(versions.map((version) => [version.enabled, version.tags])).toEqual(versions.map(() => [true, tags]));
  }
  expect((await project.drift()).code).toBe(0);
});

/** Milliseconds of delay for the stores of renewals, each begun before a rotation: some end before it, some after. */
const heldStores = [1000, 4000, 8000, 12_000];

/** Each to this kind: the first and the third are changes. */
const rotations = ["certificate", "certificate", "secret", "secret"] as const;
const partners = 5;
const leastRedemptions = 5000;

test("rotations and both changes of kind, with renewals whose stores are held, roles and Entra late: no redemption fails, and no token's tags change", async () => {
  await using project = await startDeployed();
  project.cloud.roleAssignmentDelay = 3000;
  await addPartners(project, partners);
  const late = await beLate(project, 8000);
  const { refreshTokenName, credential, vaultUri } = await project.outputs();
  const { tags } = newestOf(await tokenVersions(project));
  const failures: unknown[] = [];
  const run = async (...argv: string[]) => {
    const { code, stderr } = await secureAppModel(project, [...argv, "--vault", vaultUri]);
    if (code !== 0) failures.push([argv, stderr]);
  };
  const counts = { redemptions: 0, renewals: 0, rotations: 0, foreign: 0, foreignRefused: 0 };
  let running = true;
  const repeat = async (read: () => Promise<void>) => {
    while (running) await read();
  };
  const redeemOfLibrary = await ofLibrary(project, vaultUri);
  const redeemOfForeigner = await ofForeigner(project);
  const readers = [
    repeat(async () => {
      await run("token", "graph", "--partner-tenant", project.seeds.partner.id);
      counts.redemptions += 1;
    }),
    repeat(async () => {
      const { refused, tokens } = await probed(project, vaultUri);
      if (refused.length > 0) failures.push(refused);
      counts.redemptions += tokens;
    }),
    repeat(async () => {
      failures.push(...(await redeemOfLibrary()));
      counts.redemptions += partners + 1;
    }),
    repeat(async () => {
      const isTaken = await redeemOfForeigner();
      counts.foreign += isTaken === undefined ? 0 : 1;
      counts.foreignRefused += isTaken === false ? 1 : 0;
      await sleep(50);
    }),
  ];
  const renew = async () => {
    await run("renew");
    counts.renewals += 1;
  };
  while (counts.redemptions < leastRedemptions || counts.rotations % rotations.length > 0) {
    const index = counts.rotations % rotations.length;
    const path = `/secrets/${refreshTokenName}`;
    const held = { service: "keyVault", method: "PUT", path, delay: heldStores[index] ?? 0 } as const;
    const fault = project.emulator.faults.add(held);
    const delayed = renew();
    while (fault.struck === 0) await sleep(20);
    await project.configure({ credential: { kind: rotations[index] } });
    const rotated = await aboutStack(project, "rotate", "--yes");
    expect([rotated.code, rotated.code === 0 ? "" : rotated.stderr]).toEqual([0, ""]);
    counts.rotations += 1;
    await Promise.all([delayed, renew(), renew()]);
    const labels = [1, 0].map((before) => `partner-c${counts.rotations + before}`);
    expect(await expectOneRecord(project)).toEqual(labels);
    // Readers that have just read the one before are served by it; with less time between rotations both are new to Entra.
    await sleep(10_000);
    say(JSON.stringify(counts));
  }
  running = false;
  await Promise.all(readers);
  say(JSON.stringify({ ...counts, late }));
  expect({ failures, drift: (await project.drift()).code }).toEqual({ failures: [], drift: 0 });
  expect(late.refused).toBeGreaterThan(0);
  expect(late.takenBefore.filter((times) => times < 5)).toEqual([]);
  expect(late.takenBefore).toHaveLength(counts.rotations);
  const named = (await tokenVersions(project)).map((version) => version.tags);
  expect(named).toEqual(named.map(() => tags));
  expect(await probed(project, vaultUri)).toMatchObject({ tokens: partners + 1, credentials: [credential.name] });
}, 3_600_000);

/** A program's own credential, a new one for each tenant's token. @returns reads all, and gives what failed */
async function ofLibrary(project: Project, vaultUri: string): Promise<() => Promise<unknown[]>> {
  const vault = await openVault(project);
  const tenants: string[] = [];
  for await (const { name } of vault.listPropertiesOfSecrets())
    if (name.startsWith("refresh-token-")) tenants.push(name.slice("refresh-token-".length));
  const endpoints = JSON.parse(readFileSync(join(project.folder, "endpoints.json"), "utf8")) as Endpoints;
  const scope = `${project.emulator.origins.microsoftGraph}/.default`;
  const place = { cloud: "AzureCloud", endpoints, vaultUri, vaultCredential: deployerCredential(project) } as const;
  return async () => {
    const failures: unknown[] = [];
    for (const partnerTenantId of tenants)
      await new SecureAppModelCredential({ ...place, partnerTenantId }).getToken(scope).catch((error: unknown) => {
        failures.push([partnerTenantId, error]);
      });
    return failures;
  };
}

/** Reads the newest client secret each time, and has no other. @returns whether Entra took it; undefined of a certificate */
async function ofForeigner(project: Project): Promise<() => Promise<boolean | undefined>> {
  const { applicationId, credential, refreshTokenName } = await project.outputs();
  const vault = await openVault(project);
  const { origins, seeds } = project.emulator;
  return async () => {
    const [secret, token] = await Promise.all([vault.getSecret(credential.name), vault.getSecret(refreshTokenName)]);
    if (secret.value?.startsWith("certificate:") !== false) return undefined;
    const body = new URLSearchParams({
      ...{ grant_type: "refresh_token", client_id: applicationId, client_secret: secret.value },
      ...{ refresh_token: token.value ?? "", scope: `${origins.microsoftGraph}/.default` },
    });
    const { ok } = await fetch(`${origins.authority}/${seeds.partner.id}/oauth2/v2.0/token`, { method: "POST", body });
    return ok;
  };
}
