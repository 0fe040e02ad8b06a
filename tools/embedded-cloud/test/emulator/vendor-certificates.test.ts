/** The vendor's own libraries with certificates: creating, reading, signing and signing in. */
import { X509Certificate } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { ClientAssertionCredential, ClientCertificateCredential, ClientSecretCredential } from "@azure/identity";
import { CertificateClient, type CertificatePolicy } from "@azure/keyvault-certificates";
import { ConfidentialClientApplication } from "@azure/msal-node";
import { microsoftGraph } from "../../emulator/first-party";
import { partnerTenant, registerModestApplication, type RegisteredApplication } from "../../testing/applications";
import { vaultForEach } from "../../testing/azure";
import { askService } from "../../testing/callers";
import {
  assertionClaims,
  type CertificateBundle,
  foreignCertificate,
  makeCertificate,
  signedAssertion,
} from "../../testing/certificates";
import { emulatorForEach, stopClock } from "../../testing/emulator";
import { claimsOf, signedIn } from "../../testing/oauth";
import { all, refusalOf } from "../../testing/vault-client";

const policy: CertificatePolicy = {
  issuerName: "Self",
  subject: "CN=partner",
  keyType: "RSA",
  keySize: 2048,
  exportable: false,
  reuseKey: false,
  contentType: "application/x-pkcs12",
  validityInMonths: 12,
  keyUsage: ["digitalSignature"],
  enhancedKeyUsage: ["1.3.6.1.5.5.7.3.2"],
  lifetimeActions: [{ action: "EmailContacts", lifetimePercentage: 80 }],
};

const emulator = emulatorForEach();
const vault = vaultForEach(emulator);
let certificates: CertificateClient;

const asDeployer = () => {
  const { partner, deployer } = emulator.seeds;
  return new ClientSecretCredential(partner.id, deployer.clientId, deployer.clientSecret, {
    authorityHost: emulator.url,
    disableInstanceDiscovery: true,
  });
};
const options = { disableChallengeResourceVerification: true, retryOptions: { maxRetries: 0 } };

beforeEach(() => {
  certificates = new CertificateClient(vault.origin, asDeployer(), options);
});
afterEach(() => {
  jest.restoreAllMocks();
});

/** More than a creation takes. */
const creationMilliseconds = 2000;

test("@azure/keyvault-certificates makes a certificate and waits for it, reads, changes, deletes and recovers it", async () => {
  stopClock(emulator);
  const poller = await certificates.beginCreateCertificate("one", policy, { intervalInMs: 10, tags: { a: "b" } });
  const waiting = poller.pollUntilDone();
  // Its first look is before the end.
  await poller.poll();
  expect(poller.isDone()).toBe(false);
  emulator.clock.advance(creationMilliseconds);
  const certificate = await waiting;
  expect(certificate).toMatchObject({
    name: "one",
    policy,
    properties: { enabled: true, tags: { a: "b" } },
  });
  const { version = "", x509Thumbprint = new Uint8Array() } = certificate.properties;
  const content = new X509Certificate(certificate.cer ?? new Uint8Array());
  expect(Buffer.from(x509Thumbprint).toString("hex")).toBe(content.fingerprint.replaceAll(":", "").toLowerCase());
  expect((await certificates.getCertificateVersion("one", version)).cer).toEqual(certificate.cer);
  expect((await all(certificates.listPropertiesOfCertificates())).map(({ name }) => name)).toEqual(["one"]);
  expect(await all(certificates.listPropertiesOfCertificateVersions("one"))).toMatchObject([{ version }]);
  const changed = await certificates.updateCertificateProperties("one", version, { enabled: false });
  expect(changed.properties).toMatchObject({ enabled: false, tags: { a: "b" } });
  await (await certificates.beginDeleteCertificate("one", { intervalInMs: 10 })).pollUntilDone();
  expect(await refusalOf(certificates.getCertificate("one"))).toEqual([404, "CertificateNotFound", undefined]);
  await (await certificates.beginRecoverDeletedCertificate("one", { intervalInMs: 10 })).pollUntilDone();
  expect((await certificates.getCertificate("one")).properties.version).toBe(version);
});

test("and finds a creation by its name, as after a kill", async () => {
  await certificates.beginCreateCertificate("one", policy, { intervalInMs: 10 });
  const poller = await certificates.getCertificateOperation("one", { intervalInMs: 10 });
  emulator.clock.advance(creationMilliseconds);
  expect((await poller.pollUntilDone()).properties.enabled).toBe(true);
});

describe("signing in", () => {
  let application: RegisteredApplication;
  let foreign: ReturnType<typeof foreignCertificate>;
  let folder: string;

  beforeEach(async () => {
    application = registerModestApplication(emulator);
    foreign = foreignCertificate();
    folder = await mkdtemp(path.join(tmpdir(), "vendor-certificates-"));
    await register(foreign.pem);
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function register(pem: string): Promise<void> {
    const graph = askService(emulator, "microsoftGraph", { roles: ["Application.ReadWrite.All"] });
    const key = Buffer.from(pem).toString("base64");
    const keyCredentials = [{ type: "AsymmetricX509Cert", usage: "Verify", key }];
    const { status } = await graph("PATCH", `/v1.0/applications/${application.application.id}`, { keyCredentials });
    expect(status).toBe(204);
  }

  test("@azure/identity's ClientCertificateCredential, with a PEM file", async () => {
    const file = path.join(folder, "client.pem");
    const key = foreign.privateKey.export({ format: "pem", type: "pkcs8" }).toString();
    await writeFile(file, `${key}${foreign.pem}`);
    const { partner } = emulator.seeds;
    const credential = new ClientCertificateCredential(partner.id, application.clientId, file, {
      authorityHost: emulator.url,
      disableInstanceDiscovery: true,
    });
    const { token } = await credential.getToken(`${emulator.origins.microsoftGraph}/.default`);
    expect(claimsOf(token)).toMatchObject({ appid: application.clientId, oid: application.servicePrincipal.id });
  });

  test("its ClientAssertionCredential, signed by the vault", async () => {
    const made = await makeCertificate(emulator, vault.ask, "one");
    await register(pemOf(made));
    const { partner } = emulator.seeds;
    const credential = new ClientAssertionCredential(partner.id, application.clientId, () => signedByVault(made), {
      authorityHost: emulator.url,
      disableInstanceDiscovery: true,
    });
    const { token } = await credential.getToken(`${emulator.origins.microsoftGraph}/.default`);
    expect(claimsOf(token)).toMatchObject({ appid: application.clientId });
  });

  const pemOf = ({ cer }: CertificateBundle) => new X509Certificate(Buffer.from(cer, "base64")).toString();
  const signedByVault = (made: CertificateBundle) =>
    signedAssertion(vault.ask, made, assertionClaims(emulator, application.clientId));

  const client = (auth: object, tenant: string = emulator.seeds.partner.id) =>
    new ConfidentialClientApplication({
      auth: {
        clientId: application.clientId,
        authority: `${emulator.url}/${tenant}`,
        knownAuthorities: [new URL(emulator.url).host],
        ...auth,
      },
    });

  test("msal-node with a certificate redeems a refresh token, in its own tenant and in a customer's", async () => {
    const { refresh_token: refreshToken } = await signedIn(emulator, application);
    const privateKey = foreign.privateKey.export({ format: "pem", type: "pkcs8" }).toString();
    const thumbprintSha256 = new X509Certificate(foreign.pem).fingerprint256.replaceAll(":", "");
    const msal = client({ clientCertificate: { thumbprintSha256, privateKey } });
    const scopes = [`${emulator.origins.partnerCenter}/.default`];
    const result = await msal.acquireTokenByRefreshToken({ refreshToken: String(refreshToken), scopes });
    expect(claimsOf(result?.accessToken)).toMatchObject({ appid: application.clientId });
    const [customer] = partnerTenant(emulator).customers;
    const { clientId: applicationId } = application;
    const applicationGrants = [{ enterpriseApplicationId: microsoftGraph.appId, scope: "User.Read" }];
    customer?.applicationConsents.set(applicationId, { applicationId, displayName: null, applicationGrants });
    const there = client({ clientCertificate: { thumbprintSha256, privateKey } }, customer?.id);
    const graph = [`${emulator.origins.microsoftGraph}/.default`];
    const redeemed = await there.acquireTokenByRefreshToken({ refreshToken: String(refreshToken), scopes: graph });
    expect(claimsOf(redeemed?.accessToken)).toMatchObject({ tid: customer?.id, appid: applicationId });
  });

  test("msal-node with an assertion asks for a new one each time, and is refused without the certificate", async () => {
    const made = await makeCertificate(emulator, vault.ask, "one");
    const asked: unknown[] = [];
    const msal = client({
      clientAssertion: async ({ clientId, tokenEndpoint = "" }: { clientId: string; tokenEndpoint?: string }) => {
        asked.push({ clientId, tokenEndpoint });
        return signedByVault(made);
      },
    });
    const scopes = [`${emulator.origins.microsoftGraph}/.default`];
    await expect(msal.acquireTokenByClientCredential({ scopes })).rejects.toThrow("700027");
    await register(pemOf(made));
    const result = await msal.acquireTokenByClientCredential({ scopes, skipCache: true });
    expect(claimsOf(result?.accessToken)).toMatchObject({ appid: application.clientId });
    const tokenEndpoint = `${emulator.url}/${emulator.seeds.partner.id}/oauth2/v2.0/token`;
    expect(asked).toEqual([1, 2].map(() => ({ clientId: application.clientId, tokenEndpoint })));
    expect(partnerTenant(emulator).applications.get(application.application.id)?.keyCredentials).toHaveLength(1);
  });
});
