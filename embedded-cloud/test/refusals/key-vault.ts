import { tokenFor } from "../../testing/callers";
import { certificateRefusals } from "./key-vault-certificates";
import { byPolicy, change, inVault, set } from "./key-vault-requests";
import { type Refusal, refused } from "./refusal";

const aboutSecrets = "https://learn.microsoft.com/azure/key-vault/secrets/about-secrets";
const api = "https://learn.microsoft.com/rest/api/keyvault/secrets";
const setSecret = `${api}/set-secret/set-secret` as const;
const updateSecret = `${api}/update-secret/update-secret` as const;
const authentication = "https://learn.microsoft.com/azure/key-vault/general/authentication-requests-and-responses";
const audiences = "https://github.com/MicrosoftDocs/azure-docs/issues/109562";
const ends = "https://github.com/Azure/azure-sdk-for-python/issues/12368";
const versions = "https://github.com/Azure/azure-sdk-for-python/issues/28595";

const unauthorized = "401 Unauthorized";
const bad = "400 BadParameter";
const ofNoType = "415 UnsupportedMediaType";
const unknownVersion = (version: string): string =>
  `The specified version (${version}) is not recognized. Consider using the latest supported version (2026-04-01).`;
const tags = Object.fromEntries(Array.from({ length: 16 }, (_, n) => [`t${n}`, "x"]));
const plain = { "content-type": "text/plain" };
const writes = "PUT /secrets/{name}, PATCH /secrets/{name}/{version}";

/** Refusals of Key Vault's data plane, in the emulator as well. */
export const keyVaultRefusals: Refusal[] = [
  ...refused("any", authentication, {
    "no token": [unauthorized, inVault("GET /secrets", { token: () => Promise.resolve(undefined) }), "AKV10000"],
    "a token of another tenant": [
      unauthorized,
      inVault("GET /secrets", {
        token: (cloud, origin) => tokenFor(cloud, origin, { tid: cloud.seeds.otherPartners[0].partner.id }),
      }),
      "AKV10032: Invalid issuer. Expected one of https://",
    ],
    "no api-version": [bad, inVault("GET /secrets", { bare: true }), "api-version must be specified"],
  }),
  ...refused("any", audiences, {
    "a token of another resource": [
      unauthorized,
      inVault("GET /secrets", { token: (cloud) => tokenFor(cloud, cloud.origins.resourceManager) }),
      "AKV10022: Invalid audience. Expected https://",
    ],
  }),
  ...refused("any", ends, {
    "a token that has ended": [
      unauthorized,
      inVault("GET /secrets", { token: (cloud, origin) => tokenFor(cloud, origin, {}, -1) }),
      "[TokenExpired] Error validating token: IDX10223.",
    ],
  }),
  ...refused("any", "unverified", {
    "a token that is none": [
      unauthorized,
      inVault("GET /secrets", { token: () => Promise.resolve("x.y.z") }),
      "[BearerReadAccessTokenFailed] Error validating token: it is malformed.",
    ],
  }),
  ...refused("any", versions, {
    "an api-version that there is not": [bad, inVault("GET /secrets?api-version=7.99"), unknownVersion("7.99")],
    "an empty api-version": [bad, inVault("GET /secrets/token?api-version="), unknownVersion("")],
  }),
  ...refused("any", "emulator", {
    "an option that the request does not take": ["501 NotImplemented", inVault("GET /secrets/token?$top=1")],
  }),
  ...refused("any below /secrets/{name}", setSecret, {
    "a name with other than letters, digits and hyphens, or over 127 of them": [
      bad,
      inVault("GET /secrets/under_score"),
    ],
  }),
  ...refused("GET /secrets/{name}/{version}", "unverified", {
    "a version that is not 32 hexadecimal digits": [bad, inVault("GET /secrets/token/newest")],
  }),
  ...refused("GET /secrets", `${api}/get-secrets/get-secrets`, {
    "maxresults other than 1 to 25": [bad, inVault("GET /secrets?maxresults=26")],
  }),
  ...refused("GET /secrets", "unverified", {
    "a $skiptoken that no page gave": [bad, inVault("GET /secrets?$skiptoken=nonsense")],
  }),
  ...refused("PUT /secrets/{name}", setSecret, {
    "no value": [bad, set({ contentType: "text/plain" })],
    "a value of null": [bad, set({ value: null })],
    "a value that is no text": [bad, set({ value: 1 })],
  }),
  ...refused("PUT /secrets/{name}", aboutSecrets, {
    "a value over 25 KB": [bad, set({ value: "é".repeat(12_801) })],
    "a content type over 255 characters": [bad, set({ value: "x", contentType: "x".repeat(256) })],
    "more than 15 tags": [bad, set({ value: "x", tags })],
    "a tag's name over 256 characters": [bad, set({ value: "x", tags: { ["n".repeat(257)]: "x" } })],
    "a tag's value over 256 characters": [bad, set({ value: "x", tags: { a: "x".repeat(257) } })],
    "nbf or exp that is no whole number": [bad, set({ value: "x", attributes: { exp: "tomorrow" } })],
  }),
  ...refused("PUT /secrets/{name}", "unverified", {
    "exp before nbf": [bad, set({ value: "x", attributes: { nbf: 2, exp: 1 } })],
    "an attribute that there is not": [bad, set({ value: "x", attributes: { expires: 1 } })],
    "a list": [bad, set([])],
    "a text": [bad, set("x")],
    "no body": [bad, set(undefined)],
  }),
  ...refused(writes, "unverified", {
    "a property that there is not": [bad, set({ value: "x", flavour: "mint" })],
    "a body that is not sent as JSON": [ofNoType, set({ value: "x" }, plain), "application/json"],
  }),
  ...refused("PATCH /secrets/{name}/{version}", updateSecret, {
    "a value: a version keeps its own": [bad, change({ value: "x" })],
    "a caller without the access policy's permission set": [
      "403 Forbidden",
      byPolicy("PATCH /secrets/token/", ["get", "list", "delete", "recover"], {}),
      "does not have secrets set permission",
    ],
  }),
  ...refused("PATCH /secrets/{name}/{version}", "unverified", {
    "a property that there is not": [bad, change({ flavour: "mint" })],
    "an attribute of Key Vault's own": [bad, change({ attributes: { created: 1 } })],
    "a list": [bad, change([])],
    "no body": [bad, change(undefined)],
    "a body that is not sent as JSON": [ofNoType, change({}, plain), "application/json"],
  }),
  ...refused("GET /deletedsecrets/{name}", `${api}/get-deleted-secret/get-deleted-secret`, {
    "a caller without the access policy's permission get": [
      "403 Forbidden",
      byPolicy("GET /deletedsecrets/token", ["list", "set", "delete", "recover", "purge"]),
      "does not have secrets get permission",
    ],
  }),
  ...refused("DELETE /deletedsecrets/{name}", "unverified", {
    "a caller whose access policy says all: purging has to be named": [
      "403 Forbidden",
      byPolicy("DELETE /deletedsecrets/token", ["all"]),
      "does not have secrets purge permission",
    ],
  }),
  ...[
    ...["POST /secrets/token/backup", "POST /secrets/restore", "POST /secrets/token", "PUT /deletedsecrets/gone"],
    ...["POST /keys/token/create", "POST /keys/token/0123456789abcdef0123456789abcdef/decrypt", "GET /storage"],
    ...["POST /certificates/token/import", "POST /certificates/token/pending/merge", "GET /certificates/issuers"],
    ...["PATCH /certificates/token/pending", "PUT /certificates/contacts"],
  ].flatMap((request) =>
    refused(request, "emulator", {
      any: ["501 NotImplemented", inVault(request), `The emulator's Key Vault does not serve ${request}.`],
    }),
  ),
  ...certificateRefusals,
];
