import { credentialOf, onceCredentialReplicated } from "../../lib/consent/client-credential";
import { ClientCertificateError, ClientSecretError, ForeignTokenError } from "../../lib/consent/errors";
import { entraError } from "../../lib/oauth/aadsts";
import { useClock } from "../../lib/startup/clock";
import { VaultError, type VaultReason } from "../../lib/vault/vault-error";
import { failureOf } from "../oauth/failure";
import { certificate as kept, MemoryVault, target } from "./fixtures";

const pauses: number[] = [];
let clock = 0;
jest.mock("node:timers/promises", () => ({
  setTimeout: (milliseconds: number) => {
    pauses.push(milliseconds);
    clock += milliseconds;
    return Promise.resolve();
  },
}));

const secret = { clientSecret: "x" };
const certificate = { clientAssertion: () => Promise.resolve("x") };

beforeEach(() => {
  pauses.length = 0;
  clock = 0;
});
afterAll(useClock(() => clock));

/** Fails a number of times, then succeeds; counts its attempts. */
function failing(times: number, error: Error): jest.Mock<Promise<string>, []> {
  let left = times;
  return jest.fn(() => (left-- > 0 ? Promise.reject(error) : Promise.resolve("done")));
}

test.each([
  ["a wrong client secret", secret, "AADSTS7000215: Invalid client secret."],
  ["an unknown certificate", certificate, "AADSTS700027: The key was not found."],
])("%s is given two minutes to reach every server of Entra", async (_, proof, description) => {
  const error = entraError("x", "invalid_client", description);
  expect(await onceCredentialReplicated(proof, failing(3, error))).toBe("done");
  await expect(onceCredentialReplicated(proof, failing(99, error))).rejects.toBe(error);
  expect(clock).toBeGreaterThan(100_000);
  expect(clock).toBeLessThanOrEqual(7000 + 120_000);
});

test.each(["AADSTS7000222: expired", "AADSTS70008: expired", "AADSTS65001: not consented"])(
  "any other refusal is not waited for: %s",
  async (description) => {
    const error = entraError("x", "invalid_client", description);
    await expect(onceCredentialReplicated(secret, failing(1, error))).rejects.toBe(error);
    expect(pauses).toEqual([]);
  },
);

const signing = `sign with ${kept.name}/${kept.version}`;

test("a certificate signs once before anything else does, and that serves what follows", async () => {
  const vault = new MemoryVault();
  const found = await credentialOf(target, vault.asVault, kept.reference);
  if (!("clientAssertion" in found)) throw new Error("no assertion");
  const tokenEndpoint = `https://login.microsoftonline.com/${target.tenantId}/oauth2/v2.0/token`;
  const assertion = await found.clientAssertion({ clientId: target.clientId, tokenEndpoint });
  expect(assertion.split(".")).toHaveLength(3);
  expect([found.tenantId, found.clientId, vault.calls]).toEqual([target.tenantId, target.clientId, [signing]]);
});

describe("which the vault refuses", () => {
  const [atSecret, atKey] = [`secrets/${target.clientSecretName}`, `certificates/${kept.name}/${kept.version}`];
  const enabling = (at: string) => `set-attributes --id ${target.vaultUri}/${at} --enabled true; or: `;
  const kinds = {
    secret: {
      kind: ClientSecretError,
      reference: target.clientSecretName,
      what: `client secret ${target.clientSecretName}`,
      enable: `Enable it: az keyvault secret ${enabling(atSecret)}`,
      rotate:
        "If it cannot be recovered, rotate it: pulumi config set --path secure-application-model:credential.label '<new label>', then pulumi up",
    },
    key: {
      kind: ClientCertificateError,
      reference: kept.reference,
      what: `key of client certificate ${kept.name}, version ${kept.version}`,
      enable: `Find out who disabled it; then enable it: az keyvault certificate ${enabling(atKey)}`,
      rotate: "Repair the certificate, or create another one: pulumi up",
    },
  };
  test.each<[keyof typeof kinds, VaultReason, string]>([
    ["secret", "disabled", "is disabled"],
    ["secret", "not-found", "is not there"],
    ["secret", "deleted", "is not there"],
    ["key", "disabled", "is disabled"],
    ["key", "expired", "has ended"],
    ["key", "not-found", "is not there"],
    ["key", "deleted", "is not there"],
  ])("a %s that is %s is one to rotate, and no consent repairs it", async (named, reason, words) => {
    const { kind, reference, what, enable, rotate } = kinds[named];
    const vault = new MemoryVault();
    vault.failures.push(new VaultError(reason, "refused"));
    const fixes = `${reason === "disabled" ? enable : ""}${rotate}`;
    expect(await failureOf(credentialOf(target, vault.asVault, reference, ", which a tag names,"))).toMatchObject({
      name: kind.name,
      message: `The ${what}, which a tag names, ${words} in ${target.vaultUri}. Consent would not help. ${fixes}`,
    });
  });

  test("a key that may not sign needs a role, which may be on its way", async () => {
    const vault = new MemoryVault();
    vault.failures.push(new VaultError("no-role", "Signing failed: 403."));
    expect(await failureOf(credentialOf(target, vault.asVault, kept.reference))).toMatchObject({
      code: "vault-no-role",
      reason: "no-role",
      message:
        "Signing failed: 403. Somebody who may assign roles lets this identity sign with that key; it takes up to 15 minutes to take effect: " +
        "az keyvault show --name contoso --query id --output tsv, then az role assignment create --role 'Key Vault Crypto User' " +
        `--assignee '<object id>' --scope '<vault id>/keys/${kept.name}'`,
    });
  });

  test.each([target.clientSecretName, kept.reference])(
    "every other refusal stays the vault's own: %s",
    async (reference) => {
      const [vault, refusal] = [new MemoryVault(), new VaultError("firewall", "refused")];
      vault.failures.push(refusal);
      await expect(credentialOf(target, vault.asVault, reference)).rejects.toBe(refusal);
    },
  );
});

test("a reference that names no credential is sent nowhere", async () => {
  const vault = new MemoryVault();
  const error = await failureOf(credentialOf(target, vault.asVault, "certificate:other/latest"));
  expect(error).toMatchObject({ name: ForeignTokenError.name });
  expect(vault.calls).toEqual([]);
});
