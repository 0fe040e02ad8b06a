import { cloudOf, tokenFor } from "../../testing/callers";
import { certificateRefusals } from "./key-vault-certificates";
import { byPolicy, ofVault, set, version } from "./key-vault-requests";
import { type Refusal, refused } from "./refusal";

const aboutSecrets = "https://learn.microsoft.com/azure/key-vault/secrets/about-secrets";
const setSecret = "https://learn.microsoft.com/rest/api/keyvault/secrets/set-secret/set-secret";
const getSecrets = "https://learn.microsoft.com/rest/api/keyvault/secrets/get-secrets/get-secrets";
const updateSecret = "https://learn.microsoft.com/rest/api/keyvault/secrets/update-secret/update-secret";
const getDeletedSecret = "https://learn.microsoft.com/rest/api/keyvault/secrets/get-deleted-secret/get-deleted-secret";
const authentication = "https://learn.microsoft.com/azure/key-vault/general/authentication-requests-and-responses";

/** Refusals of Key Vault's data plane, in the emulator as well. */
export const keyVaultRefusals: Refusal[] = [
  ...refused("any", "401 Unauthorized", {
    "no token": [
      authentication,
      ofVault(`GET /secrets?${version}`, { token: () => Promise.resolve(undefined) }),
      "AKV10000",
    ],
    "a token of another resource": [
      "https://github.com/MicrosoftDocs/azure-docs/issues/109562",
      ofVault(`GET /secrets?${version}`, { token: (cloud) => tokenFor(cloud, cloud.origins.resourceManager) }),
      "AKV10022: Invalid audience.",
    ],
    "a token of another tenant": [
      authentication,
      ofVault(`GET /secrets?${version}`, {
        token: (cloud, origin) => tokenFor(cloud, origin, { tid: cloud.seeds.otherPartners[0].partner.id }),
      }),
      "AKV10032: Invalid issuer.",
    ],
    "a token that has ended": [
      "https://github.com/Azure/azure-sdk-for-python/issues/12368",
      ofVault(`GET /secrets?${version}`, {
        token: async (cloud, origin) => {
          const { partner, deployer } = cloud.seeds;
          const iss = `${cloud.origins.authority}/${partner.id}/v2.0`;
          const claims = { tid: partner.id, oid: deployer.servicePrincipalId, appid: deployer.clientId, idtyp: "app" };
          return await cloudOf(cloud).tokens.sign({ ...claims, iss, aud: origin }, -1);
        },
      }),
      "IDX10223",
    ],
  }),
  ...refused("any", "400 BadParameter", {
    "no api-version": [authentication, ofVault("GET /secrets"), "api-version must be specified"],
    "an api-version that there is not": [
      "https://github.com/Azure/azure-sdk-for-python/issues/28595",
      ofVault("GET /secrets?api-version=7.99"),
      "The specified version (7.99) is not recognized. Consider using the latest supported version",
    ],
  }),
  ...refused("any", "501 NotImplemented", {
    "an option that the request does not take": ["emulator", ofVault(`GET /secrets/token?${version}&$top=1`)],
  }),
  ...refused("any below /secrets/{name}", "400 BadParameter", {
    "a name with other than letters, digits and hyphens, or over 127 of them": [
      setSecret,
      ofVault(`GET /secrets/under_score?${version}`),
    ],
  }),
  ...refused("GET /secrets/{name}/{version}", "400 BadParameter", {
    "a version that is not 32 hexadecimal digits": ["unverified", ofVault(`GET /secrets/token/newest?${version}`)],
  }),
  ...refused("GET /secrets", "400 BadParameter", {
    "maxresults other than 1 to 25": [getSecrets, ofVault(`GET /secrets?${version}&maxresults=26`)],
    "a $skiptoken that no page gave": ["unverified", ofVault(`GET /secrets?${version}&$skiptoken=nonsense`)],
  }),
  ...refused("PUT /secrets/{name}", "400 BadParameter", {
    "no value": [setSecret, set({ contentType: "text/plain" })],
    "a value that is no text": [setSecret, set({ value: 1 })],
    "a value over 25 KB": [aboutSecrets, set({ value: "x".repeat(25 * 1024 + 1) })],
    "a content type over 255 characters": [aboutSecrets, set({ value: "x", contentType: "x".repeat(256) })],
    "more than 15 tags": [
      aboutSecrets,
      set({ value: "x", tags: Object.fromEntries(Array.from({ length: 16 }, (_, n) => [`t${n}`, "x"])) }),
    ],
    "a tag's name or value over 256 characters": [aboutSecrets, set({ value: "x", tags: { a: "x".repeat(257) } })],
    "nbf or exp that is no whole number": [aboutSecrets, set({ value: "x", attributes: { exp: "tomorrow" } })],
    "exp before nbf": ["unverified", set({ value: "x", attributes: { nbf: 2, exp: 1 } })],
  }),
  ...refused("PUT /secrets/{name}, PATCH /secrets/{name}/{version}", "400 BadParameter", {
    "a property that there is not": ["unverified", set({ value: "x", flavour: "mint" })],
  }),
  ...refused("PUT /secrets/{name}, PATCH /secrets/{name}/{version}", "415 UnsupportedMediaType", {
    "a body that is not sent as JSON": [
      "unverified",
      ofVault(`PUT /secrets/token?${version}`, { body: { value: "x" }, headers: { "content-type": "text/plain" } }),
    ],
  }),
  ...refused("PATCH /secrets/{name}/{version}", "400 BadParameter", {
    "a value: a version keeps its own": [
      updateSecret,
      ofVault(`PATCH /secrets/token/?${version}`, { body: { value: "x" } }),
    ],
  }),
  ...refused("PATCH /secrets/{name}/{version}", "403 Forbidden", {
    "a caller without the access policy's permission set": [
      updateSecret,
      byPolicy(`PATCH /secrets/token/?${version}`, ["get", "list", "delete", "recover"], {}),
      "does not have secrets set permission",
    ],
  }),
  ...refused("GET /deletedsecrets/{name}", "403 Forbidden", {
    "a caller without the access policy's permission get": [
      getDeletedSecret,
      byPolicy(`GET /deletedsecrets/token?${version}`, ["list", "set", "delete", "recover", "purge"]),
      "does not have secrets get permission",
    ],
  }),
  ...refused("DELETE /deletedsecrets/{name}", "403 Forbidden", {
    "a caller whose access policy says all: purging has to be named": [
      "unverified",
      byPolicy(`DELETE /deletedsecrets/token?${version}`, ["all"]),
      "does not have secrets purge permission",
    ],
  }),
  ...refused("POST /secrets/{name}/backup, POST /secrets/restore", "501 NotImplemented", {
    any: ["emulator", ofVault(`POST /secrets/token/backup?${version}`), "does not serve POST /secrets/token/backup"],
  }),
  ...refused("/storage, POST /keys/{name}/create, POST /certificates/{name}/import", "501 NotImplemented", {
    any: ["emulator", ofVault(`POST /certificates/token/import?${version}`)],
  }),
  ...certificateRefusals,
];
