import { clouds } from "../../lib/config/clouds";
import { httpClient } from "../../lib/http/client";
import { Vault } from "../../lib/vault/secrets";
import { failureOf } from "../oauth/failure";
import { withShortPauses } from "../support/pauses";
import { answering, keyVaultError, type Reply, type Sent, vaultNetwork, workingCredential } from "./fake-vault";

jest.mock("node:timers/promises", () => ({ setTimeout: () => Promise.resolve() }));

const uri = "https://contoso.vault.azure.net";
const name = "client-certificate-initial-1a2b3c4d";
const id = (version: string) => `${uri}/certificates/${name}/${version}`;
const [v1, v2] = ["1".repeat(32), "2".repeat(32)];
const seconds = (text: string) => Date.parse(text) / 1000;
const attributes = {
  enabled: true,
  created: seconds("2026-11-26T10:00:00Z"),
  nbf: seconds("2026-11-26T09:50:00Z"),
  exp: seconds("2027-11-26T10:00:00Z"),
};
const read = {
  enabled: true,
  createdOn: new Date("2026-11-26T10:00:00Z"),
  notBefore: new Date("2026-11-26T09:50:00Z"),
  expiresOn: new Date("2027-11-26T10:00:00Z"),
  tags: { stack: "dev" },
  thumbprint: "",
};

beforeEach(() => {
  jest.spyOn(httpClient, "sendRequest").mockImplementation(vaultNetwork.sendRequest);
});
afterEach(() => {
  for (const [{ url }] of jest.mocked(httpClient.sendRequest).mock.calls)
    expect(new URL(url).searchParams.get("api-version")).toBe("7.4");
  jest.restoreAllMocks();
});
/** Responds in order; requests with a token are recorded. */
const inTurn = (...replies: Reply[]): Sent[] => answering(() => replies.shift() ?? { status: 500, body: {} });
const { certificates } = new Vault(clouds.AzureCloud, uri, workingCredential());

test("versions are listed whole, newest first", async () => {
  const older = { ...attributes, created: attributes.created - 1, enabled: false };
  const sent = inTurn(
    {
      status: 200,
      body: { value: [{ id: id(v1), attributes: older }], nextLink: `${uri}/more?api-version=7.4&$skiptoken=2` },
    },
    { status: 200, body: { value: [{ id: id(v2), attributes, tags: { stack: "dev" } }], nextLink: null } },
  );
  expect(await certificates.listVersions(name)).toEqual([
    { version: v2, ...read },
    { version: v1, ...read, enabled: false, createdOn: new Date("2026-11-26T09:59:59Z"), tags: {} },
  ]);
  expect(sent.map(({ path }) => path)).toEqual([`/certificates/${name}/versions`, "/more?%24skiptoken=2"]);
});

test("a next page elsewhere is not asked for", async () => {
  const sent = inTurn({ status: 200, body: { value: [], nextLink: "https://elsewhere.example/more" } });
  expect(await failureOf(certificates.listVersions(name))).toMatchObject({ name: "VaultError", reason: "unreachable" });
  expect(sent).toHaveLength(1);
});

test("what is not there is no failure: versions, one version, a creation, a deleted one", async () => {
  inTurn(...Array.from({ length: 4 }, () => keyVaultError(404, "CertificateNotFound")));
  expect([
    await certificates.listVersions(name),
    await certificates.find(name, v1),
    await certificates.operation(name),
    await certificates.isDeleted(name),
  ]).toEqual([[], undefined, undefined, false]);
});

test("names are those that start with the prefix", async () => {
  inTurn({
    status: 200,
    body: { value: [name, "tls"].map((one) => ({ id: `${uri}/certificates/${one}`, attributes })) },
  });
  expect(await certificates.names("client-certificate-")).toEqual([name]);
});

test("one is made with a key that never leaves the vault, and that the vault does not renew", async () => {
  const sent = inTurn({ status: 202, body: { status: "inProgress" } });
  await certificates.create(name, { subject: "CN=x", validityMonths: 12, keySize: 3072 }, { stack: "dev" });
  expect(sent).toEqual([
    {
      method: "POST",
      path: `/certificates/${name}/create`,
      body: {
        policy: {
          issuer: { name: "Self" },
          key_props: { kty: "RSA", key_size: 3072, exportable: false, reuse_key: false },
          secret_props: { contentType: "application/x-pkcs12" },
          x509_props: {
            subject: "CN=x",
            validity_months: 12,
            key_usage: ["digitalSignature"],
            ekus: ["1.3.6.1.5.5.7.3.2"],
          },
          lifetime_actions: [{ trigger: { lifetime_percentage: 80 }, action: { action_type: "EmailContacts" } }],
        },
        attributes: { enabled: true },
        tags: { stack: "dev" },
      },
    },
  ]);
});

test("a creation says how far it is, and why it failed", async () => {
  const error = { code: "PolicyRefused", message: "Key size is too small." };
  inTurn({ status: 200, body: { status: "inProgress" } }, { status: 200, body: { status: "failed", error } });
  expect([await certificates.operation(name), await certificates.operation(name)]).toEqual([
    { status: "inProgress", problem: "" },
    { status: "failed", problem: "PolicyRefused Key size is too small." },
  ]);
});

test("one version is read with its public part, and changed by itself", async () => {
  const sent = inTurn(
    { status: 200, body: { id: id(v1), attributes, tags: { stack: "dev" }, cer: "MIIB" } },
    { status: 200, body: {} },
    { status: 200, body: {} },
  );
  expect(await certificates.find(name, v1)).toEqual({ version: v1, ...read, cer: "MIIB" });
  await certificates.update(name, v1, { enabled: false });
  await certificates.update(name, v1, { tags: { stack: "dev", taken: "x" } });
  expect(sent.slice(1)).toEqual([
    { method: "PATCH", path: `/certificates/${name}/${v1}`, body: { attributes: { enabled: false } } },
    { method: "PATCH", path: `/certificates/${name}/${v1}`, body: { tags: { stack: "dev", taken: "x" } } },
  ]);
});

test("a key's version signs a digest, as RSASSA-PSS", async () => {
  const sent = inTurn({ status: 200, body: { kid: `${uri}/keys/${name}/${v1}`, value: "c2lnbmF0dXJl" } });
  const digest = Buffer.from("digest");
  expect((await certificates.sign(name, v1, digest)).toString()).toBe("signature");
  const body = { alg: "PS256", value: digest.toString("base64url") };
  expect(sent).toEqual([{ method: "POST", path: `/keys/${name}/${v1}/sign`, body }]);
});

test.each([
  [keyVaultError(403, "Forbidden", "KeyDisabled"), "disabled", "403 KeyDisabled"],
  [keyVaultError(403, "Forbidden", "KeyExpired"), "expired", "403 KeyExpired"],
  [keyVaultError(403, "Forbidden", "ForbiddenByRbac"), "no-role", "403 ForbiddenByRbac"],
  [keyVaultError(403, "Forbidden", "ForbiddenByFirewall"), "firewall", "403 ForbiddenByFirewall"],
  [keyVaultError(404, "KeyNotFound"), "not-found", "404 KeyNotFound"],
  [{ status: 502 }, "other", "502"],
])("a key that signs nothing, %j, is understood as %s", async (reply, reason, answer) => {
  inTurn(...Array.from({ length: 6 }, () => reply));
  const signing = withShortPauses(() => certificates.sign(name, v1, Buffer.from("digest")));
  expect(await failureOf(signing)).toMatchObject({
    name: "VaultError",
    reason,
    message: expect.stringMatching(
      `^Signing with key ${name} in ${uri} failed: ${answer} \\(request request-1\\)\\. `,
    ) as string,
  });
});
