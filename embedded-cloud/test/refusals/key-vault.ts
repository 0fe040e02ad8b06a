import type { Emulator } from "../../emulator/emulator";
import { askResourceManager, assign, createVault, roleIds, vaultPath } from "../../testing/azure";
import { cloudOf, tokenFor } from "../../testing/callers";
import type { Refusal } from "./refusal";

const aboutSecrets = "https://learn.microsoft.com/azure/key-vault/secrets/about-secrets";
const setSecret = "https://learn.microsoft.com/rest/api/keyvault/secrets/set-secret/set-secret";
const getSecrets = "https://learn.microsoft.com/rest/api/keyvault/secrets/get-secrets/get-secrets";
const updateSecret = "https://learn.microsoft.com/rest/api/keyvault/secrets/update-secret/update-secret";
const getDeletedSecret = "https://learn.microsoft.com/rest/api/keyvault/secrets/get-deleted-secret/get-deleted-secret";
const authentication = "https://learn.microsoft.com/azure/key-vault/general/authentication-requests-and-responses";

const createCertificate =
  "https://learn.microsoft.com/rest/api/keyvault/certificates/create-certificate/create-certificate";
const creationScenarios = "https://learn.microsoft.com/azure/key-vault/certificates/create-certificate-scenarios";
const aboutCertificates = "https://learn.microsoft.com/azure/key-vault/certificates/about-certificates";
const troubleshooting = "https://github.com/Azure/azure-sdk-for-net/tree/main/sdk/keyvault";

const version = "api-version=2025-07-01";

interface Asked {
  body?: unknown;
  headers?: Record<string, string>;
  /** Changed properties of the vault. */
  vault?: object;
  /** The token of the request. Default: that of an administrator of the vault. */
  token?: (cloud: Emulator, origin: string) => Promise<string | undefined>;
}

/** A request to a vault with a secret `token` and a deleted one, `gone`, with an administrator's token. */
const ofVault =
  (request: string, { body, headers = {}, vault = {}, token = tokenFor }: Asked = {}) =>
  async (cloud: Emulator): Promise<Response> => {
    const ask = await askResourceManager(cloud);
    const origin = await createVault(cloud, ask, { accessPolicies: [], ...vault });
    await assign(cloud, ask, vaultPath(cloud), roleIds.vaultAdministrator);
    await ask("PUT", `${vaultPath(cloud)}/secrets/token`, { properties: { value: "one" } });
    const bearer = await token(cloud, origin);
    const [method = "", path = ""] = request.split(" ");
    return await fetch(`${origin}${path}`, {
      method,
      headers: {
        ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
        ...(body !== undefined && { "content-type": "application/json" }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  };

const set = (body: unknown) => ofVault(`PUT /secrets/token?${version}`, { body });

/** A vault whose access policies give the caller these permissions on secrets. */
const byPolicy = (request: string, permissions: string[], body?: unknown) => async (cloud: Emulator) => {
  const { partner, deployer } = cloud.seeds;
  const policy = {
    tenantId: partner.id,
    objectId: deployer.servicePrincipalId,
    permissions: { secrets: permissions },
  };
  const vault = { enableRbacAuthorization: false, accessPolicies: [policy] };
  return await ofVault(request, { vault, ...(body !== undefined && { body }) })(cloud);
};

const self = { issuer: { name: "Self" }, x509_props: { subject: "CN=one" } };
const create = (policy: object, more: object = {}) =>
  ofVault(`POST /certificates/one/create?${version}`, { body: { policy: { ...self, ...policy }, ...more } });
const digest = Buffer.alloc(32).toString("base64url");

/** A request to a vault that also has a certificate `one`, after a number of milliseconds. */
const withCertificate =
  (request: string, body?: unknown, { policy = {}, age = 1500, first }: CertificateCase = {}) =>
  async (cloud: Emulator): Promise<Response> => {
    await create(policy)(cloud);
    cloud.clock.advance(age);
    const [, origin] = [...(cloud.clouds.get("AzureCloud")?.vaultOrigins ?? [])].at(-1) ?? ["", ""];
    const authorization = `Bearer ${await tokenFor(cloud, origin)}`;
    const ask = async (text: string, content?: unknown): Promise<Response> => {
      const [method = "", path = ""] = text.split(" ");
      const headers = { authorization, ...(content !== undefined && { "content-type": "application/json" }) };
      return await fetch(`${origin}${path}?${version}`, {
        ...{ method, headers },
        ...(content !== undefined && { body: JSON.stringify(content) }),
      });
    };
    if (first !== undefined) await ask(...first);
    return await ask(request, body);
  };

interface CertificateCase {
  policy?: object;
  age?: number;
  /** The request before. */
  first?: [request: string, body?: unknown];
}

const usages = (...key_usage: string[]) => ({ x509_props: { ...self.x509_props, key_usage } });
const sign = (body: unknown, more: CertificateCase = {}) => withCertificate("POST /keys/one/sign", body, more);
const year = 366 * 24 * 60 * 60 * 1000;

const certificateRefusals: Refusal[] = [
  {
    request: "POST /certificates/{name}/create",
    refused: "no policy, the first time",
    answer: "400 BadParameter",
    source: aboutCertificates,
    send: ofVault(`POST /certificates/one/create?${version}`, { body: {} }),
  },
  {
    request: "POST /certificates/{name}/create",
    refused: "neither a subject nor an alternative name",
    answer: "400 BadParameter",
    source: "unverified",
    send: create({ x509_props: {} }),
  },
  {
    request: "POST /certificates/{name}/create",
    refused: "a subject that is no X.500 distinguished name",
    answer: "400 BadParameter",
    source: createCertificate,
    send: create({ x509_props: { subject: "one" } }),
  },
  {
    request: "POST /certificates/{name}/create",
    refused: "a key of another size than 2048, 3072 and 4096 bits",
    answer: "400 BadParameter",
    source: createCertificate,
    send: create({ key_props: { key_size: 1024 } }),
  },
  {
    request: "POST /certificates/{name}/create",
    refused: "no month of validity, or more than 1200",
    answer: "400 BadParameter",
    source: "unverified",
    send: create({ x509_props: { ...self.x509_props, validity_months: 1201 } }),
  },
  {
    request: "POST /certificates/{name}/create",
    refused: "a lifetime action at 100 %",
    answer: "400 BadParameter",
    source: createCertificate,
    send: create({
      lifetime_actions: [{ trigger: { lifetime_percentage: 100 }, action: { action_type: "AutoRenew" } }],
    }),
  },
  {
    request: "POST /certificates/{name}/create",
    refused: "a lifetime action more than 27 days before the end for each month of validity",
    answer: "400 BadParameter",
    source: createCertificate,
    send: create({
      x509_props: { ...self.x509_props, validity_months: 1 },
      lifetime_actions: [{ trigger: { days_before_expiry: 28 }, action: { action_type: "AutoRenew" } }],
    }),
  },
  {
    request: "POST /certificates/{name}/create",
    refused: "a property that there is not",
    answer: "400 BadParameter",
    source: "unverified",
    send: create({ flavour: "mint" }),
  },
  {
    request: "POST /certificates/{name}/create, PATCH /certificates/{name}/{version}",
    refused: "dates of its own: they come from validity_months",
    answer: "400 BadParameter",
    source: "unverified",
    send: create({}, { attributes: { exp: 2_000_000_000 } }),
  },
  {
    request: "POST /certificates/{name}/create",
    refused: "an issuer other than Self, a key other than RSA, sans.ips and sans.uris",
    answer: "501 NotImplemented",
    source: "emulator",
    send: create({ issuer: { name: "DigiCert" } }),
  },
  {
    request: "POST /certificates/{name}/create",
    refused: "a name of which a creation is in progress",
    answer: "409 Forbidden",
    source: creationScenarios,
    message: "while a pending key vault certificate's status is inProgress.",
    send: withCertificate("POST /certificates/one/create", { policy: self }, { age: 0 }),
  },
  {
    request: "POST /certificates/{name}/create",
    refused: "a name that a deleted certificate still has",
    answer: "409 Conflict",
    source: "https://github.com/hashicorp/terraform-provider-azurerm/issues/13012",
    message: "is currently in a deleted but recoverable state",
    send: withCertificate("POST /certificates/one/create", { policy: self }, { first: ["DELETE /certificates/one"] }),
  },
  {
    request: "POST /certificates/{name}/create",
    refused: "the name of a secret that belongs to no certificate",
    answer: "409 Conflict",
    source: "unverified",
    send: ofVault(`POST /certificates/token/create?${version}`, { body: { policy: self } }),
  },
  {
    request: "GET /certificates/{name}/pending",
    refused: "an operation that was deleted, or another one's request_id",
    answer: "404 PendingCertificateNotFound",
    source: creationScenarios,
    send: withCertificate("GET /certificates/one/pending", undefined, { first: ["DELETE /certificates/one/pending"] }),
  },
  {
    request: "GET /certificates/{name}",
    refused: "a certificate that there is not",
    answer: "404 CertificateNotFound",
    source: "recordings",
    send: ofVault(`GET /certificates/one?${version}`),
  },
  {
    request: "GET /keys/{name}",
    refused: "a key that there is not, one of a certificate that is being made among them",
    answer: "404 KeyNotFound",
    source: "recordings",
    send: withCertificate("GET /keys/one", undefined, { age: 0 }),
  },
  {
    request: "PUT /secrets/{name}, PATCH /secrets/{name}/{version}, DELETE /secrets/{name}",
    refused: "the secret of a certificate",
    answer: "403 Forbidden",
    source: "https://github.com/hashicorp/terraform-provider-azurerm/issues/5659",
    message: "SecretManagedByKeyVault",
    send: withCertificate("PUT /secrets/one", { value: "x" }),
  },
  {
    request: "GET /secrets/{name}",
    refused: "the secret of a certificate that is a PKCS #12 container",
    answer: "501 NotImplemented",
    source: "emulator",
    send: withCertificate("GET /secrets/one"),
  },
  {
    request: "POST /keys/{name}/{version}/sign",
    refused: "a disabled key",
    answer: "403 Forbidden",
    source: "https://github.com/Azure/azure-sdk-for-python/issues/45342",
    message: "Operation sign is not allowed on a disabled key.",
    send: sign(
      { alg: "PS256", value: digest },
      { first: ["PATCH /certificates/one", { attributes: { enabled: false } }] },
    ),
  },
  {
    request: "POST /keys/{name}/{version}/verify",
    refused: "a disabled key",
    answer: "403 Forbidden",
    source: "unverified",
    message: "Operation verify is not allowed on a disabled key.",
    send: withCertificate(
      "POST /keys/one/verify",
      { alg: "PS256", digest, value: digest },
      { first: ["PATCH /certificates/one", { attributes: { enabled: false } }] },
    ),
  },
  {
    request: "POST /keys/{name}/{version}/sign",
    refused: "a key outside its dates",
    answer: "403 Forbidden",
    source: aboutCertificates,
    message: "Operation sign is not allowed on an expired key.",
    send: sign(
      { alg: "PS256", value: digest },
      {
        age: year,
        policy: {
          lifetime_actions: [{ trigger: { lifetime_percentage: 80 }, action: { action_type: "EmailContacts" } }],
        },
      },
    ),
  },
  {
    request: "POST /keys/{name}/{version}/sign",
    refused: "a key whose certificate is not for signing",
    answer: "403 Forbidden",
    source: troubleshooting,
    message: "Operation sign is not permitted on this key.",
    send: sign({ alg: "PS256", value: digest }, { policy: usages("keyEncipherment") }),
  },
  {
    request: "POST /keys/{name}/{version}/sign",
    refused: "a digest of another length than its algorithm's",
    answer: "400 BadParameter",
    source: "unverified",
    send: sign({ alg: "PS512", value: digest }),
  },
  {
    request: "POST /keys/{name}/{version}/sign",
    refused: "an algorithm that is none of an RSA key's",
    answer: "400 BadParameter",
    source: "unverified",
    send: sign({ alg: "ES256", value: digest }),
  },
  {
    request: "DELETE /deletedcertificates/{name}",
    refused: "a vault with purge protection",
    answer: "403 Forbidden",
    source: "https://github.com/hashicorp/terraform-provider-azurerm/issues/19502",
    message: "ForbiddenByPolicy",
    send: protectedPurge,
  },
];

async function protectedPurge(cloud: Emulator): Promise<Response> {
  const vault = { enablePurgeProtection: true };
  await ofVault(`POST /certificates/one/create?${version}`, { body: { policy: self }, vault })(cloud);
  await ofVault(`DELETE /certificates/one?${version}`, { vault })(cloud);
  return await ofVault(`DELETE /deletedcertificates/one?${version}`, { vault })(cloud);
}

/** Refusals of Key Vault's data plane, in the emulator as well. */
export const keyVaultRefusals: Refusal[] = [
  {
    request: "any",
    refused: "no token",
    answer: "401 Unauthorized",
    source: authentication,
    message: "AKV10000",
    send: ofVault(`GET /secrets?${version}`, { token: () => Promise.resolve(undefined) }),
  },
  {
    request: "any",
    refused: "a token of another resource",
    answer: "401 Unauthorized",
    source: "https://github.com/MicrosoftDocs/azure-docs/issues/109562",
    message: "AKV10022: Invalid audience.",
    send: ofVault(`GET /secrets?${version}`, { token: (cloud) => tokenFor(cloud, cloud.origins.resourceManager) }),
  },
  {
    request: "any",
    refused: "a token of another tenant",
    answer: "401 Unauthorized",
    source: authentication,
    message: "AKV10032: Invalid issuer.",
    send: ofVault(`GET /secrets?${version}`, {
      token: (cloud, origin) => tokenFor(cloud, origin, { tid: cloud.seeds.otherPartners[0].partner.id }),
    }),
  },
  {
    request: "any",
    refused: "a token that has ended",
    answer: "401 Unauthorized",
    source: "https://github.com/Azure/azure-sdk-for-python/issues/12368",
    message: "IDX10223",
    send: ofVault(`GET /secrets?${version}`, {
      token: async (cloud, origin) => {
        const { partner, deployer } = cloud.seeds;
        const iss = `${cloud.origins.authority}/${partner.id}/v2.0`;
        const claims = { tid: partner.id, oid: deployer.servicePrincipalId, appid: deployer.clientId, idtyp: "app" };
        return await cloudOf(cloud).tokens.sign({ ...claims, iss, aud: origin }, -1);
      },
    }),
  },
  {
    request: "any",
    refused: "no api-version",
    answer: "400 BadParameter",
    source: authentication,
    message: "api-version must be specified",
    send: ofVault("GET /secrets"),
  },
  {
    request: "any",
    refused: "an api-version that there is not",
    answer: "400 BadParameter",
    source: "https://github.com/Azure/azure-sdk-for-python/issues/28595",
    message: "The specified version (7.99) is not recognized. Consider using the latest supported version",
    send: ofVault("GET /secrets?api-version=7.99"),
  },
  {
    request: "any",
    refused: "an option that the request does not take",
    answer: "501 NotImplemented",
    source: "emulator",
    send: ofVault(`GET /secrets/token?${version}&$top=1`),
  },
  {
    request: "any below /secrets/{name}",
    refused: "a name with other than letters, digits and hyphens, or over 127 of them",
    answer: "400 BadParameter",
    source: setSecret,
    send: ofVault(`GET /secrets/under_score?${version}`),
  },
  {
    request: "GET /secrets/{name}/{version}",
    refused: "a version that is not 32 hexadecimal digits",
    answer: "400 BadParameter",
    source: "unverified",
    send: ofVault(`GET /secrets/token/newest?${version}`),
  },
  {
    request: "GET /secrets",
    refused: "maxresults other than 1 to 25",
    answer: "400 BadParameter",
    source: getSecrets,
    send: ofVault(`GET /secrets?${version}&maxresults=26`),
  },
  {
    request: "GET /secrets",
    refused: "a $skiptoken that no page gave",
    answer: "400 BadParameter",
    source: "unverified",
    send: ofVault(`GET /secrets?${version}&$skiptoken=nonsense`),
  },
  {
    request: "PUT /secrets/{name}",
    refused: "no value",
    answer: "400 BadParameter",
    source: setSecret,
    send: set({ contentType: "text/plain" }),
  },
  {
    request: "PUT /secrets/{name}",
    refused: "a value that is no text",
    answer: "400 BadParameter",
    source: setSecret,
    send: set({ value: 1 }),
  },
  {
    request: "PUT /secrets/{name}",
    refused: "a value over 25 KB",
    answer: "400 BadParameter",
    source: aboutSecrets,
    send: set({ value: "x".repeat(25 * 1024 + 1) }),
  },
  {
    request: "PUT /secrets/{name}",
    refused: "a content type over 255 characters",
    answer: "400 BadParameter",
    source: aboutSecrets,
    send: set({ value: "x", contentType: "x".repeat(256) }),
  },
  {
    request: "PUT /secrets/{name}",
    refused: "more than 15 tags",
    answer: "400 BadParameter",
    source: aboutSecrets,
    send: set({ value: "x", tags: Object.fromEntries(Array.from({ length: 16 }, (_, n) => [`t${n}`, "x"])) }),
  },
  {
    request: "PUT /secrets/{name}",
    refused: "a tag's name or value over 256 characters",
    answer: "400 BadParameter",
    source: aboutSecrets,
    send: set({ value: "x", tags: { a: "x".repeat(257) } }),
  },
  {
    request: "PUT /secrets/{name}",
    refused: "nbf or exp that is no whole number",
    answer: "400 BadParameter",
    source: aboutSecrets,
    send: set({ value: "x", attributes: { exp: "tomorrow" } }),
  },
  {
    request: "PUT /secrets/{name}",
    refused: "exp before nbf",
    answer: "400 BadParameter",
    source: "unverified",
    send: set({ value: "x", attributes: { nbf: 2, exp: 1 } }),
  },
  {
    request: "PUT /secrets/{name}, PATCH /secrets/{name}/{version}",
    refused: "a property that there is not",
    answer: "400 BadParameter",
    source: "unverified",
    send: set({ value: "x", flavour: "mint" }),
  },
  {
    request: "PUT /secrets/{name}, PATCH /secrets/{name}/{version}",
    refused: "a body that is not sent as JSON",
    answer: "415 UnsupportedMediaType",
    source: "unverified",
    send: ofVault(`PUT /secrets/token?${version}`, { body: { value: "x" }, headers: { "content-type": "text/plain" } }),
  },
  {
    request: "PATCH /secrets/{name}/{version}",
    refused: "a value: a version keeps its own",
    answer: "400 BadParameter",
    source: updateSecret,
    send: ofVault(`PATCH /secrets/token/?${version}`, { body: { value: "x" } }),
  },
  {
    request: "PATCH /secrets/{name}/{version}",
    refused: "a caller without the access policy's permission set",
    answer: "403 Forbidden",
    source: updateSecret,
    message: "does not have secrets set permission",
    send: byPolicy(`PATCH /secrets/token/?${version}`, ["get", "list", "delete", "recover"], {}),
  },
  {
    request: "GET /deletedsecrets/{name}",
    refused: "a caller without the access policy's permission get",
    answer: "403 Forbidden",
    source: getDeletedSecret,
    message: "does not have secrets get permission",
    send: byPolicy(`GET /deletedsecrets/token?${version}`, ["list", "set", "delete", "recover", "purge"]),
  },
  {
    request: "DELETE /deletedsecrets/{name}",
    refused: "a caller whose access policy says all: purging has to be named",
    answer: "403 Forbidden",
    source: "unverified",
    message: "does not have secrets purge permission",
    send: byPolicy(`DELETE /deletedsecrets/token?${version}`, ["all"]),
  },
  {
    request: "POST /secrets/{name}/backup, POST /secrets/restore",
    refused: "any",
    answer: "501 NotImplemented",
    source: "emulator",
    message: "does not serve POST /secrets/token/backup",
    send: ofVault(`POST /secrets/token/backup?${version}`),
  },
  {
    request: "/storage, POST /keys/{name}/create, POST /certificates/{name}/import",
    refused: "any",
    answer: "501 NotImplemented",
    source: "emulator",
    send: ofVault(`POST /certificates/token/import?${version}`),
  },
  ...certificateRefusals,
];
