/** Federated identities: Microsoft's own library, a stand-in for GitHub's issuer, and each refusal. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { ClientAssertionCredential, WorkloadIdentityCredential } from "@azure/identity";
import { SignJWT } from "jose";
import type { Emulator } from "../../../emulator/emulator";
import { type OidcIssuer, startOidcIssuer } from "../../../testing/oidc-issuer";
import { askAs } from "../../../testing/callers";
import { startEmulator } from "../../../testing/emulator";
import { askForToken, claimsOf, refusal, withoutField } from "../../../testing/oauth";

const audience = "api://AzureADTokenExchange";
const job = { repository: "contoso/partner", environment: "global" };

let folder: string;
let cloud: Emulator;
let issuer: OidcIssuer;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "federated-"));
  cloud = await startEmulator({ directory: folder });
  issuer = await startOidcIssuer(folder);
});
beforeEach(async () => {
  cloud.reset();
  await trustIssuer(issuer.issuer);
});
afterAll(async () => {
  await Promise.all([cloud.close(), issuer.close()]);
  await rm(folder, { recursive: true });
});

async function trustIssuer(name: string): Promise<void> {
  const graph = await askAs(cloud, cloud.origins.microsoftGraph, { roles: ["Application.ReadWrite.All"] });
  const credential = { name: "github", issuer: name, subject: issuer.subjectOf(job), audiences: [audience] };
  const { objectId } = cloud.seeds.deployer;
  const { status } = await graph("POST", `/v1.0/applications/${objectId}/federatedIdentityCredentials`, credential);
  expect(status).toBe(201);
}

/** A job's own token, with claims that differ. */
const token = (changes: Record<string, unknown> = {}, lifetime = 300): Promise<string> =>
  issuer.sign({ sub: issuer.subjectOf(job), aud: audience, ...changes }, lifetime);

const form = (assertion: string): Record<string, string> => ({
  grant_type: "client_credentials",
  client_id: cloud.seeds.deployer.clientId,
  client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
  client_assertion: assertion,
  scope: `${cloud.origins.microsoftGraph}/.default`,
});

const options = () => ({ authorityHost: cloud.url, disableInstanceDiscovery: true });

test("@azure/identity's ClientAssertionCredential gets a token for the application", async () => {
  const { partner, deployer } = cloud.seeds;
  const credential = new ClientAssertionCredential(partner.id, deployer.clientId, () => token(), options());
  const { token: accessToken } = await credential.getToken(`${cloud.origins.microsoftGraph}/.default`);
  expect(claimsOf(accessToken)).toMatchObject({ appid: deployer.clientId, oid: deployer.servicePrincipalId });
});

test("and its WorkloadIdentityCredential, from a file", async () => {
  const { partner, deployer } = cloud.seeds;
  const tokenFilePath = path.join(folder, "oidc-token");
  await writeFile(tokenFilePath, await token());
  const names = { tenantId: partner.id, clientId: deployer.clientId, tokenFilePath };
  const credential = new WorkloadIdentityCredential({ ...names, ...options() });
  const { token: accessToken } = await credential.getToken(`${cloud.origins.resourceManager}/.default`);
  expect(claimsOf(accessToken)).toMatchObject({ aud: cloud.origins.resourceManager, appid: deployer.clientId });
});

test.each<[string, () => Promise<string>, number]>([
  ["no JWT", () => Promise.resolve("a.b.c"), 50027],
  ["an issuer that no credential names", () => token({ iss: "https://127.0.0.1:1" }), 700211],
  ["an audience of another cloud", () => token({ aud: "api://AzureADTokenExchangeUSGov" }), 700212],
  ["no audience", () => token({ aud: undefined }), 700212],
  ["the subject of another environment", () => token({ sub: "repo:contoso/partner:environment:usgov" }), 700213],
  ["a subject in other capitals", () => token({ sub: issuer.subjectOf(job).toUpperCase() }), 700213],
  ["a token that ended an hour ago", () => token({}, -3600), 700024],
  ["a token for later", () => token({ nbf: Date.now() / 1000 + 3600 }), 700024],
  [
    "a signature of another token",
    async () => `${(await token()).replace(/[^.]+$/, "")}${(await token()).split(".")[2] ?? ""}`,
    700027,
  ],
  ["a key that the issuer does not publish", () => signedWith("RS256", "unpublished"), 7000272],
  ["a secret in the place of a key", () => signedWith("HS256", "unpublished"), 5002738],
])("%s is refused", async (_, assertion, code) => {
  const answer = refusal(await askForToken(cloud, form(await assertion())));
  expect(answer.at(-1)).toEqual([code]);
});

async function signedWith(alg: "RS256" | "HS256", kid: string): Promise<string> {
  const claims = { iss: issuer.issuer, sub: issuer.subjectOf(job), aud: audience };
  const { privateKey } = await crypto.subtle.generateKey(
    { name: "RSASSA-PKCS1-v1_5", modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: "SHA-256" },
    true,
    ["sign", "verify"],
  );
  const key = alg === "RS256" ? privateKey : new TextEncoder().encode("a secret that is long enough for HS256");
  return await new SignJWT(claims).setProtectedHeader({ alg, kid }).setExpirationTime("5m").sign(key);
}

test("the refusal quotes what was presented", async () => {
  const { body } = await askForToken(cloud, form(await token({ sub: "repo:somebody/else:pull_request" })));
  expect(body["error_description"]).toContain(
    "AADSTS700213: No matching federated identity record found for presented assertion subject 'repo:somebody/else:pull_request'. Check",
  );
});

test("a token may begin up to five minutes later, because clocks differ; one that has ended counts at no time", async () => {
  expect((await askForToken(cloud, form(await token({ nbf: Date.now() / 1000 + 240 })))).status).toBe(200);
  expect(refusal(await askForToken(cloud, form(await token({}, -1)))).at(-1)).toEqual([700024]);
});

test("an issuer that cannot be reached", async () => {
  cloud.reset();
  await trustIssuer("https://127.0.0.1:1");
  const answer = refusal(await askForToken(cloud, form(await token({ iss: "https://127.0.0.1:1" }))));
  expect(answer.at(-1)).toEqual([50166]);
});

test("an issuer elsewhere is not asked: nothing leaves this machine", async () => {
  cloud.reset();
  await trustIssuer("https://token.actions.githubusercontent.com");
  const assertion = await token({ iss: "https://token.actions.githubusercontent.com" });
  expect((await askForToken(cloud, form(assertion))).status).toBe(501);
});

test.each([
  ["without its type", () => withoutField(form("a.b.c"), "client_assertion_type"), 900144],
  ["without itself", () => withoutField(form("a.b.c"), "client_assertion"), 900144],
  ["of another type", () => ({ ...form("a.b.c"), client_assertion_type: "saml2-bearer" }), 90023],
  ["beside a secret", () => ({ ...form("a.b.c"), client_secret: "x" }), 9002313],
])("an assertion %s is a malformed request", async (_, asked, code) => {
  expect(refusal(await askForToken(cloud, asked())).at(-1)).toEqual([code]);
});
