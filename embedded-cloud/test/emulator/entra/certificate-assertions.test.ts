/** Clients with an assertion of their certificate: in every grant, and each refusal. */
import { X509Certificate } from "node:crypto";
import { SignJWT } from "jose";
import type { Emulator } from "../../../emulator/emulator";
import { registerModestApplication, type RegisteredApplication } from "../../../testing/applications";
import { askResourceManager, assign, createVault, roleIds, vaultPath } from "../../../testing/azure";
import { askAs, type Ask } from "../../../testing/callers";
import {
  assertionClaims,
  askVault,
  keyCredential,
  makeCertificate,
  signedAssertion,
  thumbprint,
  type CertificateBundle,
} from "../../../testing/certificates";
import { emulatorForEach } from "../../../testing/emulator";
import { askForToken, codeFor, redemption, refreshing, refusal, withoutField } from "../../../testing/oauth";

const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

let emulator: Emulator;
let vault: Ask;
let graph: Ask;
let application: RegisteredApplication;
let certificate: CertificateBundle;

emulatorForEach(async (started) => {
  emulator = started;
  application = registerModestApplication(emulator);
  const resourceManager = await askResourceManager(emulator);
  const origin = await createVault(emulator, resourceManager);
  await assign(emulator, resourceManager, vaultPath(emulator), roleIds.vaultAdministrator);
  vault = await askVault(emulator, origin);
  graph = await askAs(emulator, emulator.origins.microsoftGraph, { roles: ["Application.ReadWrite.All"] });
  certificate = await makeCertificate(emulator, vault, "one");
  await register([keyCredential(certificate)]);
});

async function register(keyCredentials: object[]): Promise<void> {
  const path = `/v1.0/applications/${application.application.id}`;
  const { status, body } = await graph("PATCH", path, { keyCredentials });
  if (status !== 204) throw new Error(JSON.stringify(body));
}

const claims = (changes: object = {}): object => ({ ...assertionClaims(emulator, application.clientId), ...changes });

async function assertion(changes: object = {}, header?: object): Promise<string> {
  return signedAssertion(vault, certificate, claims(changes), header);
}

const proven = (form: Record<string, string>, text: string): Record<string, string> => ({
  ...withoutField(form, "client_secret"),
  client_assertion_type: assertionType,
  client_assertion: text,
});

const namedBy = (names: object): Promise<string> => assertion({}, { alg: "RS256", ...names });

const asItself = (text: string): Record<string, string> =>
  proven(
    {
      grant_type: "client_credentials",
      client_id: application.clientId,
      scope: `${emulator.origins.microsoftGraph}/.default`,
    },
    text,
  );

test("a client signs in as itself, with PS256 or RS256, by either thumbprint; the same assertion may come again", async () => {
  const text = await assertion();
  expect((await askForToken(emulator, asItself(text))).status).toBe(200);
  expect((await askForToken(emulator, asItself(text))).status).toBe(200);
  const bySha1 = await assertion({}, { alg: "RS256", x5t: certificate.x5t });
  expect((await askForToken(emulator, asItself(bySha1))).status).toBe(200);
});

const standard = (text: string): string => Buffer.from(text, "base64url").toString("base64");

test.each<[string, () => object]>([
  ["x5t in base64url with padding, as MSAL for Python", () => ({ x5t: `${certificate.x5t}=` })],
  ["x5t in standard base64", () => ({ x5t: standard(certificate.x5t) })],
  ["x5t#S256 in base64url with padding", () => ({ "x5t#S256": `${thumbprint(certificate.cer)}=` })],
  ["x5t#S256 in standard base64, as MSAL for Go", () => ({ "x5t#S256": standard(thumbprint(certificate.cer)) })],
  ["kid alone, as HashiCorp's SDK", () => ({ kid: `${certificate.x5t}=` })],
])("a certificate may be named by %s", async (_, names) => {
  const text = await assertion({}, { alg: "RS256", typ: "JWT", ...names() });
  expect((await askForToken(emulator, asItself(text))).status).toBe(200);
});

test("a code and a refresh token are redeemed with it, in the tenant's two versions of the endpoint", async () => {
  const code = await codeFor(emulator, application);
  const redeemed = await askForToken(emulator, proven(redemption(application, code), await assertion()));
  expect(redeemed.status).toBe(200);
  const form = refreshing(application, String(redeemed.body["refresh_token"]), emulator.origins.partnerCenter);
  expect((await askForToken(emulator, proven(form, await assertion()))).status).toBe(200);
  const path = `/${emulator.seeds.partner.id}/oauth2/token`;
  const v1 = { ...withoutField(form, "scope"), resource: emulator.origins.partnerCenter };
  const ofV1 = await assertion({ aud: `${emulator.url}${path}` });
  expect((await askForToken(emulator, proven(v1, ofV1), path)).status).toBe(200);
});

test.each<[string, () => string]>([
  ["the token endpoint of version 2, by the tenant's id", () => `${emulator.seeds.partner.id}/oauth2/v2.0/token`],
  ["that of version 1", () => `${emulator.seeds.partner.id}/oauth2/token`],
  ["the tenant's issuer", () => `${emulator.seeds.partner.id}/v2.0`],
])("an audience may be %s", async (_, path) => {
  const text = await assertion({ aud: `${emulator.url}/${path()}` });
  expect((await askForToken(emulator, asItself(text))).status).toBe(200);
});

const now = (): number => Math.floor(emulator.clock.now() / 1000);

test.each<[string, () => Promise<string>, number, string]>([
  ["another issuer", () => assertion({ iss: "11111111-1111-4111-8111-111111111111" }), 700021, "client_id"],
  ["another subject", () => assertion({ sub: "11111111-1111-4111-8111-111111111111" }), 700021, "client_id"],
  ["no subject", () => assertion({ sub: undefined }), 700021, "client_id"],
  [
    "the audience of another tenant",
    () => assertion({ aud: `${emulator.url}/${emulator.seeds.customers[0].id}/oauth2/v2.0/token` }),
    700023,
    "audience",
  ],
  ["another cloud's audience", () => assertion({ aud: "https://login.microsoftonline.us/x/v2.0" }), 700023, "audience"],
  ["no audience", () => assertion({ aud: undefined }), 700023, "audience"],
  ["an end an hour ago", () => assertion({ nbf: now() - 7200, exp: now() - 3600 }), 700024, "time range"],
  ["no end", () => assertion({ exp: undefined }), 700024, "expiry time of assertion 1970-01-01"],
  ["a beginning in an hour", () => assertion({ nbf: now() + 3600, exp: now() + 7200 }), 700024, "time range"],
  ["no thumbprint", () => assertion({}, { alg: "PS256" }), 700027, "[Reason - The key was not found., Please visit"],
  [
    "a thumbprint that no certificate of the application has",
    () => assertion({}, { alg: "PS256", "x5t#S256": thumbprint(certificate.cer, "sha1") }),
    700027,
    "is not registered on application. [Reason - The key was not found., Thumbprint of key used by client: '",
  ],
  [
    "a thumbprint with other characters",
    () => namedBy({ x5t: `${certificate.x5t}!` }),
    700027,
    "The key was not found.",
  ],
  ["a kid of another certificate", () => namedBy({ kid: "A".repeat(27) }), 700027, "The key was not found."],
  [
    "a kid of it beside the x5t of another",
    () => namedBy({ kid: certificate.x5t, x5t: "A".repeat(27) }),
    700027,
    "Thumbprint of key used by client: '0000000000000000000000000000000000000000'",
  ],
  [
    "a signature of other claims",
    async () => `${(await assertion()).replace(/[^.]+$/, "")}${(await assertion()).split(".")[2] ?? ""}`,
    700027,
    "[Reason - The provided signature value did not match the expected signature value., Thumbprint of key",
  ],
  ["a signature with a shared secret", bySecret, 5002738, "'HS256' is not a supported signature algorithm"],
])("%s is refused", async (_, text, code, message) => {
  const answer = await askForToken(emulator, asItself(await text()));
  expect(refusal(answer)).toEqual([401, "invalid_client", [code]]);
  expect(answer.body["error_description"]).toContain(message);
});

async function bySecret(): Promise<string> {
  return await new SignJWT({ ...claims() })
    .setProtectedHeader({ alg: "HS256", "x5t#S256": thumbprint(certificate.cer) })
    .sign(new TextEncoder().encode("a secret that is long enough for HS256"));
}

test("a certificate that the application no longer has, and one whose end has come", async () => {
  const { exp } = certificate.attributes;
  const soon = new Date(emulator.clock.now() + 60_000).toISOString();
  await register([{ ...keyCredential(certificate), endDateTime: soon }]);
  const text = await assertion({ exp });
  expect((await askForToken(emulator, asItself(text))).status).toBe(200);
  emulator.clock.advance(61_000);
  const expired = await askForToken(emulator, asItself(text));
  expect(refusal(expired)).toEqual([401, "invalid_client", [700027]]);
  expect(expired.body["error_description"]).toMatch(
    /Client assertion contains an invalid signature\. \[Reason - The key used is expired\., .*Found key 'Start=\d\d\/\d\d\/\d{4} /u,
  );
  await register([]);
  expect(refusal(await askForToken(emulator, asItself(text)))).toEqual([401, "invalid_client", [700027]]);
});

test("two certificates: each signs in, and the list shows them without their keys unless they are selected", async () => {
  const second = await makeCertificate(emulator, vault, "two");
  const path = `/v1.0/applications/${application.application.id}`;
  const { keyCredentials: before } = (await graph("GET", path)).body as { keyCredentials: { key: null }[] };
  await register([...before, keyCredential(second)]);
  for (const one of [certificate, second]) {
    const text = await signedAssertion(vault, one, claims());
    expect((await askForToken(emulator, asItself(text))).status).toBe(200);
  }
  const { keyCredentials } = (await graph("GET", path)).body as { keyCredentials: object[] };
  const dates = new X509Certificate(Buffer.from(second.cer, "base64"));
  expect(keyCredentials).toEqual([
    before[0],
    {
      keyId: expect.any(String) as string,
      displayName: "CN=partner",
      type: "AsymmetricX509Cert",
      usage: "Verify",
      startDateTime: dates.validFromDate.toISOString().replace(".000Z", "Z"),
      endDateTime: dates.validToDate.toISOString().replace(".000Z", "Z"),
      customKeyIdentifier: dates.fingerprint.replaceAll(":", ""),
      hasExtendedValue: null,
      key: null,
    },
  ]);
  const selected = (await graph("GET", `${path}?$select=keyCredentials`)).body;
  expect(selected).toMatchObject({ keyCredentials: [{ key: certificate.cer }, { key: second.cer }] });
});
