import type { CloudContext } from "../../emulator/cloud";
import type { CloudName } from "../../emulator/clouds";
import type { Emulator } from "../../emulator/emulator";
import { type CloudSnapshot, restoreSnapshot, takeSnapshot } from "../../emulator/snapshot";
import { assign, createVault, resourceManagerOf, roleIds, vaultPath } from "../../testing/azure";
import { startEmulator } from "../../testing/emulator";
import { askVault, makeCertificate, type CertificateBundle } from "../../testing/certificates";
import { vaultClient } from "../../testing/vault-client";

const emulators: Emulator[] = [];
afterEach(() => Promise.all(emulators.splice(0).map((emulator) => emulator.close())));

async function start(name: CloudName = "AzureCloud"): Promise<{ emulator: Emulator; cloud: CloudContext }> {
  const emulator = await startEmulator({ clouds: [name] });
  emulators.push(emulator);
  const cloud = emulator.clouds.get(name);
  if (cloud === undefined) throw new Error(`${name} does not run`);
  return { emulator, cloud };
}

/** A cloud with a vault, a secret in it, and a refresh token. */
async function furnished() {
  const { emulator, cloud } = await start();
  const ask = resourceManagerOf(emulator);
  const uri = await createVault(emulator, ask);
  await assign(emulator, ask, vaultPath(emulator), roleIds.vaultAdministrator);
  await vaultClient(emulator, uri).setSecret("kept", "a value", { tags: { set: "a tag of that name" } });
  const certificate = await makeCertificate(emulator, await askVault(emulator, uri), "signer");
  const { partner, users } = emulator.seeds;
  const account = { tenantId: partner.id, userId: users.serviceAccount.id, amr: ["mfa"] };
  const issued = { ...account, clientId: "client", scope: "openid", issuedAt: 1, expiresAt: 2, publicClient: false };
  cloud.signIns.refreshTokens.set("hash", issued);
  return { emulator, cloud, uri, issued, certificate };
}

/** Written to and read from JSON, as in a file. */
const kept = (cloud: CloudContext) => JSON.parse(JSON.stringify(takeSnapshot(cloud))) as CloudSnapshot;

test("a cloud goes on in another emulator: with all it holds, at that one's addresses", async () => {
  const before = await furnished();
  const after = await start();
  await restoreSnapshot(after.cloud, kept(before.cloud));
  const origin = after.cloud.vaultOrigins.get("kv-model") ?? "";
  expect(origin).not.toBe(before.uri);
  const { value, properties } = await vaultClient(after.emulator, origin).getSecret("kept");
  expect({ value, tags: properties.tags }).toEqual({ value: "a value", tags: { set: "a tag of that name" } });
  expect([...after.cloud.signIns.refreshTokens]).toEqual([["hash", before.issued]]);
  const vault = await askVault(after.emulator, origin);
  const { cer } = (await vault("GET", "/certificates/signer")).body as CertificateBundle;
  expect(cer).toBe(before.certificate.cer);
  const signed = await vault("POST", `${new URL(before.certificate.kid).pathname}/sign`, {
    alg: "PS256",
    value: Buffer.alloc(32).toString("base64url"),
  });
  expect(signed.body).toMatchObject({ kid: before.certificate.kid.replace(before.uri, origin) });
  // Everything in a tenant is restored, including maps and sets, except for the addresses of the emulator before.
  const text = JSON.stringify(kept(after.cloud));
  for (const old of [...Object.values<string>({ ...before.cloud.origins }), before.uri])
    expect(text).not.toContain(old);
  const [restored, left] = [after, before].map(({ cloud, emulator }) => cloud.tenants.get(emulator.seeds.partner.id));
  expect(restored?.groups).toEqual(left?.groups);
  expect(restored?.applications).toEqual(left?.applications);
});

test("texts that speak of the old addresses are written for the new ones, and no other address in them", async () => {
  const before = await furnished();
  const after = await start();
  const rehosted = await restoreSnapshot(after.cloud, kept(before.cloud));
  const { authority } = before.cloud.origins;
  expect(rehosted(`${before.uri}/secrets/x ${new URL(authority).host} ${authority}0 127.0.0.1:1`)).toBe(
    `${after.cloud.vaultOrigins.get("kv-model") ?? ""}/secrets/x ${new URL(after.cloud.origins.authority).host} ${authority}0 127.0.0.1:1`,
  );
});

test("what came after the snapshot is not in it, and the cloud it was taken of goes on alone", async () => {
  const { emulator, cloud, uri } = await furnished();
  const snapshot = kept(cloud);
  await vaultClient(emulator, uri).setSecret("later", "another value");
  const after = await start();
  await restoreSnapshot(after.cloud, snapshot);
  const names = ({ tenants }: CloudContext) =>
    [...tenants.values()].flatMap(({ subscriptions }) =>
      [...subscriptions.values()].flatMap(({ vaults }) => [...(vaults.get("kv-model")?.secrets.keys() ?? [])]),
    );
  expect([names(cloud), names(after.cloud)]).toEqual([["kept", "later"], ["kept"]]);
});

test("a snapshot of another cloud is refused", async () => {
  const { cloud } = await furnished();
  const government = await start("AzureUSGovernment");
  await expect(restoreSnapshot(government.cloud, kept(cloud))).rejects.toThrow(
    "this is a snapshot of AzureCloud, and no state of AzureUSGovernment",
  );
});
