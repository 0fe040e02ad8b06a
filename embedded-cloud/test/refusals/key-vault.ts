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
  ...certificateRefusals,
  ...refused("any", authentication, [
    [
      "401 Unauthorized",
      "no token",
      ofVault(`GET /secrets?${version}`, { token: () => Promise.resolve(undefined) }),
      "AKV10000",
    ],
    [
      "401 Unauthorized",
      "a token of another tenant",
      ofVault(`GET /secrets?${version}`, {
        token: (cloud, origin) => tokenFor(cloud, origin, { tid: cloud.seeds.otherPartners[0].partner.id }),
      }),
      "AKV10032: Invalid issuer.",
    ],
    ["400 BadParameter", "no api-version", ofVault("GET /secrets"), "api-version must be specified"],
  ]),
  ...refused("any", "https://github.com/MicrosoftDocs/azure-docs/issues/109562", [
    [
      "401 Unauthorized",
      "a token of another resource",
      ofVault(`GET /secrets?${version}`, { token: (cloud) => tokenFor(cloud, cloud.origins.resourceManager) }),
      "AKV10022: Invalid audience.",
    ],
  ]),
  ...refused("any", "https://github.com/Azure/azure-sdk-for-python/issues/12368", [
    [
      "401 Unauthorized",
      "a token that has ended",
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
  ]),
  ...refused("any", "https://github.com/Azure/azure-sdk-for-python/issues/28595", [
    [
      "400 BadParameter",
      "an api-version that there is not",
      ofVault("GET /secrets?api-version=7.99"),
      "The specified version (7.99) is not recognized. Consider using the latest supported version",
    ],
  ]),
  ...refused("any", "emulator", [
    ["501 NotImplemented", "an option that the request does not take", ofVault(`GET /secrets/token?${version}&$top=1`)],
  ]),
  ...refused("any below /secrets/{name}", setSecret, [
    [
      "400 BadParameter",
      "a name with other than letters, digits and hyphens, or over 127 of them",
      ofVault(`GET /secrets/under_score?${version}`),
    ],
  ]),
  ...refused("GET /secrets/{name}/{version}", "unverified", [
    [
      "400 BadParameter",
      "a version that is not 32 hexadecimal digits",
      ofVault(`GET /secrets/token/newest?${version}`),
    ],
  ]),
  ...refused("GET /secrets", getSecrets, [
    ["400 BadParameter", "maxresults other than 1 to 25", ofVault(`GET /secrets?${version}&maxresults=26`)],
  ]),
  ...refused("GET /secrets", "unverified", [
    ["400 BadParameter", "a $skiptoken that no page gave", ofVault(`GET /secrets?${version}&$skiptoken=nonsense`)],
  ]),
  ...refused("PUT /secrets/{name}", setSecret, [
    ["400 BadParameter", "no value", set({ contentType: "text/plain" })],
    ["400 BadParameter", "a value that is no text", set({ value: 1 })],
  ]),
  ...refused("PUT /secrets/{name}", aboutSecrets, [
    ["400 BadParameter", "a value over 25 KB", set({ value: "x".repeat(25 * 1024 + 1) })],
    ["400 BadParameter", "a content type over 255 characters", set({ value: "x", contentType: "x".repeat(256) })],
    [
      "400 BadParameter",
      "more than 15 tags",
      set({ value: "x", tags: Object.fromEntries(Array.from({ length: 16 }, (_, n) => [`t${n}`, "x"])) }),
    ],
    [
      "400 BadParameter",
      "a tag's name or value over 256 characters",
      set({ value: "x", tags: { a: "x".repeat(257) } }),
    ],
    ["400 BadParameter", "nbf or exp that is no whole number", set({ value: "x", attributes: { exp: "tomorrow" } })],
  ]),
  ...refused("PUT /secrets/{name}", "unverified", [
    ["400 BadParameter", "exp before nbf", set({ value: "x", attributes: { nbf: 2, exp: 1 } })],
  ]),
  ...refused("PUT /secrets/{name}, PATCH /secrets/{name}/{version}", "unverified", [
    ["400 BadParameter", "a property that there is not", set({ value: "x", flavour: "mint" })],
    [
      "415 UnsupportedMediaType",
      "a body that is not sent as JSON",
      ofVault(`PUT /secrets/token?${version}`, { body: { value: "x" }, headers: { "content-type": "text/plain" } }),
    ],
  ]),
  ...refused("PATCH /secrets/{name}/{version}", updateSecret, [
    [
      "400 BadParameter",
      "a value: a version keeps its own",
      ofVault(`PATCH /secrets/token/?${version}`, { body: { value: "x" } }),
    ],
    [
      "403 Forbidden",
      "a caller without the access policy's permission set",
      byPolicy(`PATCH /secrets/token/?${version}`, ["get", "list", "delete", "recover"], {}),
      "does not have secrets set permission",
    ],
  ]),
  ...refused("GET /deletedsecrets/{name}", getDeletedSecret, [
    [
      "403 Forbidden",
      "a caller without the access policy's permission get",
      byPolicy(`GET /deletedsecrets/token?${version}`, ["list", "set", "delete", "recover", "purge"]),
      "does not have secrets get permission",
    ],
  ]),
  ...refused("DELETE /deletedsecrets/{name}", "unverified", [
    [
      "403 Forbidden",
      "a caller whose access policy says all: purging has to be named",
      byPolicy(`DELETE /deletedsecrets/token?${version}`, ["all"]),
      "does not have secrets purge permission",
    ],
  ]),
  ...refused("POST /secrets/{name}/backup, POST /secrets/restore", "emulator", [
    [
      "501 NotImplemented",
      "any",
      ofVault(`POST /secrets/token/backup?${version}`),
      "does not serve POST /secrets/token/backup",
    ],
  ]),
  ...refused("/storage, POST /keys/{name}/create, POST /certificates/{name}/import", "emulator", [
    ["501 NotImplemented", "any", ofVault(`POST /certificates/token/import?${version}`)],
  ]),
];
