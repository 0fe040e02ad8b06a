import { RecordedCredential } from "../../lib/credential/client-credential";
import { recordTypes } from "../../lib/credential/credential-record";
import { entraError } from "../../lib/oauth/aadsts";
import type { ApplicationCredential } from "../../lib/oauth/confidential-client";
import { useClock } from "../../lib/startup/clock";
import { VaultError, type VaultReason } from "../../lib/vault/vault-error";
import { failureOf } from "../oauth/failure";
import { certificate as kept, MemoryVault, target, version } from "../token/fixtures";

const pauses: number[] = [];
let clock = 0;
jest.mock("node:timers/promises", () => ({
  setTimeout: (milliseconds: number) => {
    pauses.push(milliseconds);
    clock += milliseconds;
    return Promise.resolve();
  },
}));

beforeEach(() => {
  pauses.length = 0;
  clock = 0;
});
afterAll(useClock(() => clock));

const refusal = (description: string) => entraError("x", "invalid_client", description);
const wrong = refusal("AADSTS7000215: Invalid client secret.");

/** Fails a number of times, then succeeds; counts its attempts. */
function failing(times: number, error: Error): jest.Mock<Promise<string>, []> {
  let left = times;
  return jest.fn(() => (left-- > 0 ? Promise.reject(error) : Promise.resolve("done")));
}

const onceReplicated = async (attempt: () => Promise<string>): Promise<string> =>
  await new RecordedCredential(target, MemoryVault.withSecret().asVault, target.credential).useOnceReplicated(attempt);

test.each(["AADSTS7000215: Invalid client secret.", "AADSTS700027: The key was not found."])(
  "%s is given two minutes, until every server of Entra has it",
  async (description) => {
    const error = refusal(description);
    expect(await onceReplicated(failing(3, error))).toBe("done");
    await expect(onceReplicated(failing(99, error))).rejects.toBe(error);
    expect(clock).toBeGreaterThan(100_000);
    expect(clock).toBeLessThanOrEqual(7000 + 120_000);
  },
);

test.each(["AADSTS70008: expired", "AADSTS65001: not consented"])(
  "any other refusal is not waited for: %s",
  async (description) => {
    const error = refusal(description);
    await expect(onceReplicated(failing(1, error))).rejects.toBe(error);
    expect(pauses).toEqual([]);
  },
);

/** The secrets of a record's versions, the oldest first, each with its key: "old:1 new:2". */
function recordOf(text: string): MemoryVault {
  const vault = new MemoryVault();
  const stored: { value: string; tags: Record<string, string> }[] = text.split(" ").map((one) => {
    const [value = "", key] = one.split(":");
    return { value, tags: key === undefined ? {} : { "key-id": key } };
  });
  for (const [index, { value, tags }] of stored.entries()) {
    const secret = value === "certificate" ? kept.reference : value;
    const contentType = value === "certificate" ? recordTypes.certificate : recordTypes.secret;
    const id = `v${index + 1}`;
    const own = version(id, `2026-11-0${index + 1}T08:00:00Z`, { tags, contentType });
    const all = vault.kept.get(target.credential) ?? [];
    vault.kept.set(target.credential, [...all, { version: own, secret: { value: secret, contentType, tags } }]);
  }
  return vault;
}

const of = (vault: MemoryVault, source?: string) =>
  new RecordedCredential(target, vault.asVault, target.credential, source);

/** What Entra takes: the secret, or "certificate". Every other is refused. */
const taking =
  (...valid: string[]) =>
  (application: ApplicationCredential): Promise<string> => {
    const value = "clientSecret" in application ? application.clientSecret : "certificate";
    return valid.includes(value) ? Promise.resolve(value) : Promise.reject(wrong);
  };

test("the newest version is read, and nothing else", async () => {
  const vault = recordOf("old:1 new:2");
  expect([await of(vault).use(taking("old", "new")), vault.calls]).toEqual(["new", [`read ${target.credential}`]]);
});

test.each([
  ["Entra does not know yet", "old:1 new:2"],
  ["somebody wrote over", "old:1 new:2 garbage"],
  ["was stored twice", "old:1 new:2 new:2"],
])("where the newest is one that %s, the newest of another key serves", async (_, record) => {
  const vault = recordOf(record);
  const serves = record.endsWith("garbage") ? "new" : "old";
  expect(await of(vault).use(taking(serves))).toBe(serves);
});

test.each([
  "AADSTS7000215: Invalid client secret.",
  "AADSTS7000222: The provided client secret keys are expired.",
  "AADSTS700027: The key was not found.",
])("of two refusals the first is told, and a refusal of the token itself in its own words: %s", async (description) => {
  const vault = recordOf("old:1 new:2");
  const [first, second, revoked] = [refusal(description), wrong, refusal("AADSTS50173: The grant was revoked.")];
  const refusing = (after: Error) => {
    const said = [first, after];
    return of(vault).use(() => Promise.reject(said.shift() ?? after));
  };
  await expect(refusing(second)).rejects.toBe(first);
  await expect(refusing(revoked)).rejects.toBe(revoked);
});

test("a client secret that somebody else keeps is put there by hand: no stack makes or rotates it", async () => {
  const vault = recordOf("old:1 new:2");
  const all = vault.kept.get(target.credential) ?? [];
  vault.kept.set("portal-secret", all);
  const brought = new RecordedCredential(target, vault.asVault, "portal-secret");
  await expect(brought.use(taking())).rejects.toMatchObject({
    ...{ code: "entra-secret", aadsts: 7000215 },
    fixes: [{ text: expect.stringContaining("Put a client secret of the application there") as string }],
  });
});

test("any other refusal tries no second one", async () => {
  const vault = recordOf("old:1 new:2");
  const revoked = refusal("AADSTS50173: The grant was revoked.");
  const attempt = failing(99, revoked);
  await expect(of(vault).use(attempt)).rejects.toBe(revoked);
  expect([attempt.mock.calls.length, vault.calls.length]).toEqual([1, 1]);
});

test("what served is held until it is refused: then the record is looked at again", async () => {
  const vault = recordOf("old:1 new:2");
  const credential = of(vault);
  expect(await credential.use(taking("old"))).toBe("old");
  vault.calls.length = 0;
  expect([await credential.use(taking("old", "new")), vault.calls]).toEqual(["old", []]);
  expect(await credential.use(taking("new"))).toBe("new");
  expect(await credential.use(taking("new"))).toBe("new");
});

describe("a certificate", () => {
  const signing = `sign with ${kept.name}/${kept.version}`;

  test("signs once before anything else does, and that serves what follows", async () => {
    const vault = recordOf("certificate:1");
    const found = await of(vault).use((one) => Promise.resolve(one));
    if (!("clientAssertion" in found)) throw new Error("no assertion");
    const tokenEndpoint = `https://login.microsoftonline.com/${target.tenantId}/oauth2/v2.0/token`;
    const assertion = await found.clientAssertion({ clientId: target.clientId, tokenEndpoint });
    expect(assertion.split(".")).toHaveLength(3);
    expect([found.tenantId, found.clientId, vault.calls]).toEqual([
      target.tenantId,
      target.clientId,
      [`read ${target.credential}`, signing],
    ]);
  });

  test.each<VaultReason>(["disabled", "expired", "not-found", "deleted", "no-role"])(
    "whose key is %s leaves it to the generation before",
    async (reason) => {
      const vault = recordOf("old:1 certificate:2");
      jest.spyOn(vault.certificates, "sign").mockRejectedValue(new VaultError(reason, "refused"));
      expect(await of(vault).use(taking("old"))).toBe("old");
    },
  );

  test("that the record does not name is none", async () => {
    const vault = recordOf("certificate:1");
    const [own] = vault.kept.get(target.credential) ?? [];
    if (own !== undefined) own.secret = { ...own.secret, value: "certificate:other/latest" };
    expect(await failureOf(of(vault).use(taking()))).toMatchObject({
      code: "credential-unusable",
      message: `The credential ${target.credential} in ${target.vaultUri} names no certificate. Have the stack that made it put it back: pulumi up`,
    });
  });

  test("that may not sign needs a role, which may be on its way", async () => {
    const vault = recordOf("certificate:1");
    jest.spyOn(vault.certificates, "sign").mockRejectedValue(new VaultError("no-role", "Signing failed: 403."));
    expect(await failureOf(of(vault).use(taking()))).toMatchObject({
      code: "vault-no-role",
      reason: "no-role",
      message:
        "Signing failed: 403. Somebody who may assign roles lets this identity sign with that key; it takes up to 15 minutes to take effect: " +
        "az keyvault show --name contoso --query id --output tsv, then az role assignment create --role 'Key Vault Crypto User' " +
        `--assignee '<object id>' --scope '<vault id>/keys/${kept.name}'`,
    });
  });
});

describe("which the vault refuses", () => {
  const enable = (at: string) => `set-attributes --id ${target.vaultUri}/${at} --enabled true; or: `;
  const remake = "Have the stack that made it put it back: pulumi up";
  const secret = {
    record: "new:1",
    what: `credential ${target.credential}, which a tag names,`,
    enable: `Enable it: az keyvault secret ${enable(`secrets/${target.credential}`)}`,
  };
  const key = {
    record: "certificate:1",
    what: `key of client certificate ${kept.name}, version ${kept.version},`,
    enable: `Find out who disabled it; then enable it: az keyvault certificate ${enable(`certificates/${kept.name}/${kept.version}`)}`,
  };

  test.each<[typeof secret, VaultReason, string]>([
    [secret, "disabled", "is disabled"],
    [secret, "not-found", "is not there"],
    [secret, "deleted", "is not there"],
    [key, "disabled", "is disabled"],
    [key, "expired", "has ended"],
    [key, "not-found", "is not there"],
    [key, "deleted", "is not there"],
  ])("%j that is %s is one to put back, and no consent repairs it", async (kind, reason, words) => {
    const vault = recordOf(kind.record);
    const refused = new VaultError(reason, "refused");
    if (kind === key) jest.spyOn(vault.certificates, "sign").mockRejectedValue(refused);
    else vault.failures.push(refused);
    expect(await failureOf(of(vault, ", which a tag names,").use(taking()))).toMatchObject({
      code: "credential-unusable",
      message: `The ${kind.what} ${words} in ${target.vaultUri}. Consent would not help. ${reason === "disabled" ? kind.enable : ""}${remake}`,
    });
  });

  test("every other refusal stays the vault's own", async () => {
    const [vault, closed] = [recordOf("old:1 new:2"), new VaultError("firewall", "refused")];
    vault.failures.push(closed);
    await expect(of(vault).use(taking("old"))).rejects.toBe(closed);
    expect(vault.calls).toHaveLength(1);
  });
});
