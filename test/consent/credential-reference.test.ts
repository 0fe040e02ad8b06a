import {
  certificateReference,
  credentialWords,
  madeSecretIn,
  parseReference,
} from "../../lib/consent/credential-reference";

const certificate = {
  kind: "certificate",
  name: "client-certificate-initial-1a2b3c4d",
  version: "0123456789abcdef0123456789abcdef",
  thumbprint: "A1bC2dE3fH4iJ5kL6mN7oP8qR9sT0uA1bC2dE3fH4-_",
} as const;
const reference = `certificate:${certificate.name}/${certificate.version}#${certificate.thumbprint}`;

test("a certificate is named by its key's version and its thumbprint, a client secret by its vault secret", () => {
  expect(certificateReference(certificate)).toBe(reference);
  expect(parseReference(reference)).toEqual(certificate);
  expect(parseReference("client-secret-initial-1a2b3c4d")).toEqual({
    kind: "secret",
    name: "client-secret-initial-1a2b3c4d",
  });
  expect([reference, "portal-secret"].map(credentialWords)).toEqual([
    "client certificate client-certificate-initial-1a2b3c4d/0123456789abcdef0123456789abcdef",
    "client secret portal-secret",
  ]);
});

test.each([
  ["client-secret-initial-1a2b3c4d", "initial", "1a2b3c4d"],
  ["client-secret-initial-1a2b3c4d-2", "initial", "1a2b3c4d"],
  ["client-secret-rollover-20240101-12345678", "rollover-20240101", "12345678"],
])("the label in %s is read, whatever digits it ends with", (name, label, keyId) => {
  expect(madeSecretIn(name)).toEqual({ label, keyId });
});

test.each([
  ["nothing", ""],
  ["a path", "../keys/other"],
  ["another key of the vault", reference.replace("client-certificate-", "disk-encryption-")],
  ["the newest version", reference.replace(certificate.version, "")],
  ["no version", reference.replace(certificate.version, "latest")],
  ["no thumbprint", reference.replace(/#.*$/u, "")],
  ["a path behind the name", reference.replace("/0123", "/../other/0123")],
  ["more behind it", `${reference}\n`],
])("%s is no reference", (_, text) => {
  expect(parseReference(text)).toBeUndefined();
});
