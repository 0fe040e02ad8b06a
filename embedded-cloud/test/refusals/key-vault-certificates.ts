/** Refusals of a vault's certificates and keys. */
import { type Asked, inVault } from "./key-vault-requests";
import { type Refusal, refused, type Send } from "./refusal";

const createCertificate =
  "https://learn.microsoft.com/rest/api/keyvault/certificates/create-certificate/create-certificate";
const creationScenarios = "https://learn.microsoft.com/azure/key-vault/certificates/create-certificate-scenarios";
const aboutCertificates = "https://learn.microsoft.com/azure/key-vault/certificates/about-certificates";
const keyVaultSdk = "https://github.com/Azure/azure-sdk-for-net/tree/main/sdk/keyvault";
const disabledKeys = "https://github.com/Azure/azure-sdk-for-python/issues/45342";
/** Of the Terraform provider. */
const issue = (number: number) => `https://github.com/hashicorp/terraform-provider-azurerm/issues/${number}` as const;

const creation = "POST /certificates/{name}/create";
const signing = "POST /keys/{name}/{version}/sign";
const bad = "400 BadParameter";
const forbidden = "403 Forbidden";
const year = 366 * 24 * 60 * 60 * 1000;
const digest = Buffer.alloc(32).toString("base64url");
const properties = { subject: "CN=one" };
const self = { issuer: { name: "Self" }, x509_props: properties };
const at = (trigger: object, action_type = "AutoRenew") => ({
  lifetime_actions: [{ trigger, action: { action_type } }],
});

const createWith = (body: object): Send => inVault("POST /certificates/one/create", { body });
const create = (policy: object): Send => createWith({ policy: { ...self, ...policy } });
const withCertificate = (request: string, body?: unknown, more: Asked = {}): Send =>
  inVault(request, { policy: self, body, ...more });
const sign = (alg: string, more: Asked = {}): Send =>
  withCertificate("POST /keys/one/sign", { alg, value: digest }, more);
const disable: Asked = { first: [["PATCH /certificates/one", { attributes: { enabled: false } }]] };
const deleted: Asked = { first: [["DELETE /certificates/one"]] };

export const certificateRefusals: Refusal[] = [
  ...refused(creation, aboutCertificates, { "no policy, the first time": [bad, createWith({})] }),
  ...refused(creation, createCertificate, {
    "a subject that is no X.500 distinguished name": [bad, create({ x509_props: { subject: "one" } })],
    "a key of another size than 2048, 3072 and 4096 bits": [bad, create({ key_props: { key_size: 1024 } })],
    "a lifetime action at 100 %": [bad, create(at({ lifetime_percentage: 100 }))],
    "a lifetime action more than 27 days before the end for each month of validity": [
      bad,
      create({ x509_props: { ...properties, validity_months: 1 }, ...at({ days_before_expiry: 28 }) }),
    ],
  }),
  ...refused(creation, "unverified", {
    "neither a subject nor an alternative name": [bad, create({ x509_props: {} })],
    "no month of validity, or more than 1200": [bad, create({ x509_props: { ...properties, validity_months: 1201 } })],
    "a property that there is not": [bad, create({ flavour: "mint" })],
    "the name of a secret that belongs to no certificate": [
      "409 Conflict",
      inVault("POST /certificates/token/create", { body: { policy: self } }),
    ],
  }),
  ...refused(`${creation}, PATCH /certificates/{name}/{version}`, "unverified", {
    "dates of its own: they come from validity_months": [
      bad,
      createWith({ policy: self, attributes: { exp: 2_000_000_000 } }),
    ],
  }),
  ...refused(creation, "emulator", {
    "an issuer other than Self, a key other than RSA, sans.ips and sans.uris": [
      "501 NotImplemented",
      create({ issuer: { name: "DigiCert" } }),
    ],
  }),
  ...refused(creation, creationScenarios, {
    "a name of which a creation is in progress": [
      "409 Forbidden",
      withCertificate("POST /certificates/one/create", { policy: self }, { age: 0 }),
      "while a pending key vault certificate's status is inProgress.",
    ],
  }),
  ...refused(creation, issue(13012), {
    "a name that a deleted certificate still has": [
      "409 Conflict",
      withCertificate("POST /certificates/one/create", { policy: self }, deleted),
      "is currently in a deleted but recoverable state",
    ],
  }),
  ...refused("GET /certificates/{name}/pending", creationScenarios, {
    "an operation that was deleted, or another one's request_id": [
      "404 PendingCertificateNotFound",
      withCertificate("GET /certificates/one/pending", undefined, { first: [["DELETE /certificates/one/pending"]] }),
    ],
  }),
  ...refused("GET /certificates/{name}", "recordings", {
    "a certificate that there is not": ["404 CertificateNotFound", inVault("GET /certificates/one")],
  }),
  ...refused("GET /keys/{name}", "recordings", {
    "a key that there is not, one of a certificate that is being made among them": [
      "404 KeyNotFound",
      withCertificate("GET /keys/one", undefined, { age: 0 }),
    ],
  }),
  ...refused("PUT /secrets/{name}, PATCH /secrets/{name}/{version}, DELETE /secrets/{name}", issue(5659), {
    "the secret of a certificate": [
      forbidden,
      withCertificate("PUT /secrets/one", { value: "x" }),
      "SecretManagedByKeyVault",
    ],
  }),
  ...refused("GET /secrets/{name}", "emulator", {
    "the secret of a certificate that is a PKCS #12 container": [
      "501 NotImplemented",
      withCertificate("GET /secrets/one"),
    ],
  }),
  ...refused(signing, disabledKeys, {
    "a disabled key": [forbidden, sign("PS256", disable), "Operation sign is not allowed on a disabled key."],
  }),
  ...refused(signing, aboutCertificates, {
    "a key outside its dates": [
      forbidden,
      sign("PS256", { age: year, policy: { ...self, ...at({ lifetime_percentage: 80 }, "EmailContacts") } }),
      "Operation sign is not allowed on an expired key.",
    ],
  }),
  ...refused(signing, keyVaultSdk, {
    "a key whose certificate is not for signing": [
      forbidden,
      sign("PS256", { policy: { ...self, x509_props: { ...properties, key_usage: ["keyEncipherment"] } } }),
      "Operation sign is not permitted on this key.",
    ],
  }),
  ...refused(signing, "unverified", {
    "a digest of another length than its algorithm's": [bad, sign("PS512")],
    "an algorithm that is none of an RSA key's": [bad, sign("ES256")],
  }),
  ...refused("POST /keys/{name}/{version}/verify", "unverified", {
    "a disabled key": [
      forbidden,
      withCertificate("POST /keys/one/verify", { alg: "PS256", digest, value: digest }, disable),
      "Operation verify is not allowed on a disabled key.",
    ],
  }),
  ...refused("DELETE /deletedcertificates/{name}", issue(19502), {
    "a vault with purge protection": [
      forbidden,
      withCertificate("DELETE /deletedcertificates/one", undefined, {
        ...deleted,
        vault: { enablePurgeProtection: true },
      }),
      "ForbiddenByPolicy",
    ],
  }),
];
