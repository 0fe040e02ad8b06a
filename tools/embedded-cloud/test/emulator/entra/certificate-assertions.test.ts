/** Clients with an assertion of their certificate, in every grant. What is refused: tools/embedded-cloud/test/refusals. */
import { X509Certificate } from "node:crypto";
import { registerModestApplication, type RegisteredApplication } from "../../../testing/applications";
import { vaultForEach } from "../../../testing/azure";
import { askService } from "../../../testing/callers";
import {
  assertionClaims,
  keyCredential,
  makeCertificate,
  signedAssertion,
  thumbprint,
  type CertificateBundle,
} from "../../../testing/certificates";
import { emulatorForEach } from "../../../testing/emulator";
import { askForToken, codeFor, ownForm, redemption, refreshing, refusal, withoutField } from "../../../testing/oauth";

const emulator = emulatorForEach();
const vault = vaultForEach(emulator);
const graph = askService(emulator, "microsoftGraph", { roles: ["Application.ReadWrite.All"] });
let application: RegisteredApplication;
let certificate: CertificateBundle;
beforeEach(async () => {
  application = registerModestApplication(emulator);
  certificate = await makeCertificate(emulator, vault.ask, "one");
  await register([keyCredential(certificate)]);
});

async function register(keyCredentials: object[]): Promise<void> {
  const path = `/v1.0/applications/${application.application.id}`;
  const { status, body } = await graph("PATCH", path, { keyCredentials });
  if (status !== 204) throw new Error(JSON.stringify(body));
}

const assertion = (changes: object = {}, header?: object, signer = certificate): Promise<string> =>
  signedAssertion(vault.ask, signer, { ...assertionClaims(emulator, application.clientId), ...changes }, header);

const proven = (form: Record<string, string>, text: string): Record<string, string> => ({
  ...withoutField(form, "client_secret"),
  client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
  client_assertion: text,
});

const signIn = async (text: string) => await askForToken(emulator, proven(ownForm(emulator, application), text));

test("a client signs in as itself, with PS256 or RS256, by either thumbprint; the same assertion may come again", async () => {
  const text = await assertion();
  expect((await signIn(text)).status).toBe(200);
  expect((await signIn(text)).status).toBe(200);
  const bySha1 = await assertion({}, { alg: "RS256", x5t: certificate.x5t });
  expect((await signIn(bySha1)).status).toBe(200);
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
  expect((await signIn(text)).status).toBe(200);
});

test("a code and a refresh token are redeemed with it", async () => {
  const code = await codeFor(emulator, application);
  const redeemed = await askForToken(emulator, proven(redemption(application, code), await assertion()));
  expect(redeemed.status).toBe(200);
  const form = refreshing(application, String(redeemed.body["refresh_token"]), emulator.origins.partnerCenter);
  expect((await askForToken(emulator, proven(form, await assertion()))).status).toBe(200);
});

test.each(["oauth2/v2.0/token", "oauth2/token", "v2.0"])("an audience may be /{tenant}/%s", async (path) => {
  const text = await assertion({ aud: `${emulator.url}/${emulator.seeds.partner.id}/${path}` });
  expect((await signIn(text)).status).toBe(200);
});

test("a certificate that the application no longer has, and one whose end has come", async () => {
  const { exp } = certificate.attributes;
  const soon = new Date(emulator.clock.now() + 60_000).toISOString();
  await register([{ ...keyCredential(certificate), endDateTime: soon }]);
  const text = await assertion({ exp });
  expect((await signIn(text)).status).toBe(200);
  emulator.clock.advance(61_000);
  const expired = await signIn(text);
  expect(refusal(expired)).toEqual([401, "invalid_client", [700027]]);
  expect(expired.body["error_description"]).toMatch(
    /Client assertion contains an invalid signature\. \[Reason - The key used is expired\., .*Found key 'Start=\d\d\/\d\d\/\d{4} /u,
  );
  await register([]);
  expect(refusal(await signIn(text))).toEqual([401, "invalid_client", [700027]]);
});

test("two certificates: each signs in, and the list shows them without their keys unless they are selected", async () => {
  const second = await makeCertificate(emulator, vault.ask, "two");
  const path = `/v1.0/applications/${application.application.id}`;
  const { keyCredentials: before } = (await graph("GET", path)).body as { keyCredentials: { key: null }[] };
  await register([...before, keyCredential(second)]);
  for (const one of [certificate, second]) {
    const text = await assertion({}, undefined, one);
    expect((await signIn(text)).status).toBe(200);
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
