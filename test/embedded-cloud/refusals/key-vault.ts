import type { Emulator } from "../../../embedded-cloud/emulator/emulator";
import { askResourceManager, assign, createVault, roleIds, vaultPath } from "../emulator/support/azure";
import { cloudOf, tokenFor } from "../emulator/support/callers";
import type { Refusal } from "./refusal";

const aboutSecrets = "https://learn.microsoft.com/azure/key-vault/secrets/about-secrets";
const setSecret = "https://learn.microsoft.com/rest/api/keyvault/secrets/set-secret/set-secret";
const getSecrets = "https://learn.microsoft.com/rest/api/keyvault/secrets/get-secrets/get-secrets";
const updateSecret = "https://learn.microsoft.com/rest/api/keyvault/secrets/update-secret/update-secret";
const getDeletedSecret = "https://learn.microsoft.com/rest/api/keyvault/secrets/get-deleted-secret/get-deleted-secret";
const authentication = "https://learn.microsoft.com/azure/key-vault/general/authentication-requests-and-responses";

const version = "api-version=2025-07-01";

interface Asked {
  body?: unknown;
  headers?: Record<string, string>;
  /** Properties of the vault that differ. */
  vault?: object;
  /** The token that goes along. Default: an administrator's of the vault. */
  token?: (cloud: Emulator, origin: string) => Promise<string | undefined>;
}

/** A request of a vault that has a secret `token` and a deleted one, `gone`; an administrator of it asks. */
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

/** What Key Vault's data plane refuses, and the emulator with it. */
export const keyVaultRefusals: Refusal[] = [
  {
    request: "any",
    refused: "no token",
    answer: "401 Unauthorized",
    source: authentication,
    says: "AKV10000",
    send: ofVault(`GET /secrets?${version}`, { token: () => Promise.resolve(undefined) }),
  },
  {
    request: "any",
    refused: "a token of another resource",
    answer: "401 Unauthorized",
    source: "https://github.com/MicrosoftDocs/azure-docs/issues/109562",
    says: "AKV10022: Invalid audience.",
    send: ofVault(`GET /secrets?${version}`, { token: (cloud) => tokenFor(cloud, cloud.origins.resourceManager) }),
  },
  {
    request: "any",
    refused: "a token of another tenant",
    answer: "401 Unauthorized",
    source: authentication,
    says: "AKV10032: Invalid issuer.",
    send: ofVault(`GET /secrets?${version}`, {
      token: (cloud, origin) => tokenFor(cloud, origin, { tid: cloud.seeds.otherPartners[0].partner.id }),
    }),
  },
  {
    request: "any",
    refused: "a token that has ended",
    answer: "401 Unauthorized",
    source: "https://github.com/Azure/azure-sdk-for-python/issues/12368",
    says: "IDX10223",
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
    says: "api-version must be specified",
    send: ofVault("GET /secrets"),
  },
  {
    request: "any",
    refused: "an api-version that there is not",
    answer: "400 BadParameter",
    source: "https://github.com/Azure/azure-sdk-for-python/issues/28595",
    says: "The specified version (7.99) is not recognized. Consider using the latest supported version",
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
    says: "does not have secrets set permission",
    send: byPolicy(`PATCH /secrets/token/?${version}`, ["get", "list", "delete", "recover"], {}),
  },
  {
    request: "GET /deletedsecrets/{name}",
    refused: "a caller without the access policy's permission get",
    answer: "403 Forbidden",
    source: getDeletedSecret,
    says: "does not have secrets get permission",
    send: byPolicy(`GET /deletedsecrets/token?${version}`, ["list", "set", "delete", "recover", "purge"]),
  },
  {
    request: "DELETE /deletedsecrets/{name}",
    refused: "a caller whose access policy says all: purging has to be named",
    answer: "403 Forbidden",
    source: "unverified",
    says: "does not have secrets purge permission",
    send: byPolicy(`DELETE /deletedsecrets/token?${version}`, ["all"]),
  },
  {
    request: "POST /secrets/{name}/backup, POST /secrets/restore",
    refused: "any",
    answer: "501 NotImplemented",
    source: "emulator",
    says: "does not serve POST /secrets/token/backup",
    send: ofVault(`POST /secrets/token/backup?${version}`),
  },
  {
    request: "/storage, POST /keys/{name}/create, POST /certificates/{name}/import",
    refused: "any",
    answer: "501 NotImplemented",
    source: "emulator",
    send: ofVault(`POST /certificates/token/import?${version}`),
  },
];
