/** Refusals of a vault's certificates and keys. */
import type { Emulator } from "../../emulator/emulator";
import { create, digest, ofVault, self, sign, usages, version, withCertificate, year } from "./key-vault-requests";
import { type Refusal, refused } from "./refusal";

const createCertificate =
  "https://learn.microsoft.com/rest/api/keyvault/certificates/create-certificate/create-certificate";
const creationScenarios = "https://learn.microsoft.com/azure/key-vault/certificates/create-certificate-scenarios";
const aboutCertificates = "https://learn.microsoft.com/azure/key-vault/certificates/about-certificates";
const troubleshooting = "https://github.com/Azure/azure-sdk-for-net/tree/main/sdk/keyvault";

export const certificateRefusals: Refusal[] = [
  ...refused("POST /certificates/{name}/create", aboutCertificates, [
    [
      "400 BadParameter",
      "no policy, the first time",
      ofVault(`POST /certificates/one/create?${version}`, { body: {} }),
    ],
  ]),
  ...refused("POST /certificates/{name}/create", "unverified", [
    ["400 BadParameter", "neither a subject nor an alternative name", create({ x509_props: {} })],
    [
      "400 BadParameter",
      "no month of validity, or more than 1200",
      create({ x509_props: { ...self.x509_props, validity_months: 1201 } }),
    ],
    ["400 BadParameter", "a property that there is not", create({ flavour: "mint" })],
    [
      "409 Conflict",
      "the name of a secret that belongs to no certificate",
      ofVault(`POST /certificates/token/create?${version}`, { body: { policy: self } }),
    ],
  ]),
  ...refused("POST /certificates/{name}/create", createCertificate, [
    ["400 BadParameter", "a subject that is no X.500 distinguished name", create({ x509_props: { subject: "one" } })],
    [
      "400 BadParameter",
      "a key of another size than 2048, 3072 and 4096 bits",
      create({ key_props: { key_size: 1024 } }),
    ],
    [
      "400 BadParameter",
      "a lifetime action at 100 %",
      create({
        lifetime_actions: [{ trigger: { lifetime_percentage: 100 }, action: { action_type: "AutoRenew" } }],
      }),
    ],
    [
      "400 BadParameter",
      "a lifetime action more than 27 days before the end for each month of validity",
      create({
        x509_props: { ...self.x509_props, validity_months: 1 },
        lifetime_actions: [{ trigger: { days_before_expiry: 28 }, action: { action_type: "AutoRenew" } }],
      }),
    ],
  ]),
  ...refused("POST /certificates/{name}/create, PATCH /certificates/{name}/{version}", "unverified", [
    [
      "400 BadParameter",
      "dates of its own: they come from validity_months",
      create({}, { attributes: { exp: 2_000_000_000 } }),
    ],
  ]),
  ...refused("POST /certificates/{name}/create", "emulator", [
    [
      "501 NotImplemented",
      "an issuer other than Self, a key other than RSA, sans.ips and sans.uris",
      create({ issuer: { name: "DigiCert" } }),
    ],
  ]),
  ...refused("POST /certificates/{name}/create", creationScenarios, [
    [
      "409 Forbidden",
      "a name of which a creation is in progress",
      withCertificate("POST /certificates/one/create", { policy: self }, { age: 0 }),
      "while a pending key vault certificate's status is inProgress.",
    ],
  ]),
  ...refused(
    "POST /certificates/{name}/create",
    "https://github.com/hashicorp/terraform-provider-azurerm/issues/13012",
    [
      [
        "409 Conflict",
        "a name that a deleted certificate still has",
        withCertificate("POST /certificates/one/create", { policy: self }, { first: ["DELETE /certificates/one"] }),
        "is currently in a deleted but recoverable state",
      ],
    ],
  ),
  ...refused("GET /certificates/{name}/pending", creationScenarios, [
    [
      "404 PendingCertificateNotFound",
      "an operation that was deleted, or another one's request_id",
      withCertificate("GET /certificates/one/pending", undefined, { first: ["DELETE /certificates/one/pending"] }),
    ],
  ]),
  ...refused("GET /certificates/{name}", "recordings", [
    ["404 CertificateNotFound", "a certificate that there is not", ofVault(`GET /certificates/one?${version}`)],
  ]),
  ...refused("GET /keys/{name}", "recordings", [
    [
      "404 KeyNotFound",
      "a key that there is not, one of a certificate that is being made among them",
      withCertificate("GET /keys/one", undefined, { age: 0 }),
    ],
  ]),
  ...refused(
    "PUT /secrets/{name}, PATCH /secrets/{name}/{version}, DELETE /secrets/{name}",
    "https://github.com/hashicorp/terraform-provider-azurerm/issues/5659",
    [
      [
        "403 Forbidden",
        "the secret of a certificate",
        withCertificate("PUT /secrets/one", { value: "x" }),
        "SecretManagedByKeyVault",
      ],
    ],
  ),
  ...refused("GET /secrets/{name}", "emulator", [
    [
      "501 NotImplemented",
      "the secret of a certificate that is a PKCS #12 container",
      withCertificate("GET /secrets/one"),
    ],
  ]),
  ...refused("POST /keys/{name}/{version}/sign", "https://github.com/Azure/azure-sdk-for-python/issues/45342", [
    [
      "403 Forbidden",
      "a disabled key",
      sign({ alg: "PS256", value: digest }, { first: ["PATCH /certificates/one", { attributes: { enabled: false } }] }),
      "Operation sign is not allowed on a disabled key.",
    ],
  ]),
  ...refused("POST /keys/{name}/{version}/sign", aboutCertificates, [
    [
      "403 Forbidden",
      "a key outside its dates",
      sign(
        { alg: "PS256", value: digest },
        {
          age: year,
          policy: {
            lifetime_actions: [{ trigger: { lifetime_percentage: 80 }, action: { action_type: "EmailContacts" } }],
          },
        },
      ),
      "Operation sign is not allowed on an expired key.",
    ],
  ]),
  ...refused("POST /keys/{name}/{version}/sign", troubleshooting, [
    [
      "403 Forbidden",
      "a key whose certificate is not for signing",
      sign({ alg: "PS256", value: digest }, { policy: usages("keyEncipherment") }),
      "Operation sign is not permitted on this key.",
    ],
  ]),
  ...refused("POST /keys/{name}/{version}/verify", "unverified", [
    [
      "403 Forbidden",
      "a disabled key",
      withCertificate(
        "POST /keys/one/verify",
        { alg: "PS256", digest, value: digest },
        { first: ["PATCH /certificates/one", { attributes: { enabled: false } }] },
      ),
      "Operation verify is not allowed on a disabled key.",
    ],
  ]),
  ...refused("POST /keys/{name}/{version}/sign", "unverified", [
    ["400 BadParameter", "a digest of another length than its algorithm's", sign({ alg: "PS512", value: digest })],
    ["400 BadParameter", "an algorithm that is none of an RSA key's", sign({ alg: "ES256", value: digest })],
  ]),
  ...refused(
    "DELETE /deletedcertificates/{name}",
    "https://github.com/hashicorp/terraform-provider-azurerm/issues/19502",
    [["403 Forbidden", "a vault with purge protection", protectedPurge, "ForbiddenByPolicy"]],
  ),
];

async function protectedPurge(cloud: Emulator): Promise<Response> {
  const vault = { enablePurgeProtection: true };
  await ofVault(`POST /certificates/one/create?${version}`, { body: { policy: self }, vault })(cloud);
  await ofVault(`DELETE /certificates/one?${version}`, { vault })(cloud);
  return await ofVault(`DELETE /deletedcertificates/one?${version}`, { vault })(cloud);
}
