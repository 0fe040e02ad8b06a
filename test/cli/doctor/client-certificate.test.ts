import { createHash } from "node:crypto";
import { judgeCertificate } from "../../../cli/doctor/checks/credential";
import type { Certificate } from "../../../lib/vault/certificates";

const at = Date.parse("2026-11-26T10:00:00Z");
const day = 86_400_000;
const cer = Buffer.from("a certificate").toString("base64");
const sha1 = createHash("sha1").update(Buffer.from(cer, "base64")).digest();
const reference = {
  kind: "certificate",
  name: "client-certificate-initial-1a2b3c4d",
  version: "0".repeat(32),
  thumbprint: "t".repeat(43),
} as const;
const held = (days: number, changes: Partial<Certificate> = {}): Certificate => ({
  version: reference.version,
  enabled: true,
  createdOn: new Date(at),
  notBefore: new Date(at),
  expiresOn: new Date(at + days * day),
  tags: {},
  thumbprint: sha1.toString("hex").toUpperCase(),
  cer,
  ...changes,
});
const key = (customKeyIdentifier: string | null) => ({
  keyCredentials: [{ keyId: "k", displayName: null, endDateTime: "", customKeyIdentifier }],
});
const trusting = key(sha1.toString("hex").toUpperCase());

test.each<[string, Certificate | null | undefined, Parameters<typeof judgeCertificate>[2], string, string]>([
  ["good", held(200), trusting, "ok", `certificate ${reference.name}, 200 days left`],
  [
    "named in Base64 by Graph",
    held(200),
    key(sha1.toString("base64")),
    "ok",
    `certificate ${reference.name}, 200 days left`,
  ],
  ["ending soon", held(20), trusting, "warning", `certificate ${reference.name}, 20 days left`],
  ["ended", held(-1), trusting, "failed", `certificate ${reference.name}, ended (AADSTS700027)`],
  [
    "disabled",
    held(200, { enabled: false }),
    trusting,
    "failed",
    `the vault's certificate ${reference.name} is disabled, so nobody gets a token`,
  ],
  ["gone", undefined, trusting, "failed", `the vault no longer has the certificate ${reference.name}`],
  [
    "out of sight",
    null,
    trusting,
    "failed",
    `could not tell: the vault's certificate ${reference.name} could not be checked`,
  ],
  [
    "off the application",
    held(200),
    key(null),
    "failed",
    `the application no longer has the certificate ${reference.name} (AADSTS700027)`,
  ],
])("a certificate that is %s", (_, certificate, application, state, found) => {
  expect(judgeCertificate(reference, certificate, application, at)).toMatchObject({ state, what: found });
});
