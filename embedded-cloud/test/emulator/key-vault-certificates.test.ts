/** Certificates of a vault with plain requests: their operation, their content, renewal, deletion. */
import { constants, createHash, createPublicKey, verify, X509Certificate } from "node:crypto";
import { vaultForEach, vaultName } from "../../testing/azure";
import { askAdmin } from "../../testing/callers";
import { clientPolicy, makeCertificate, thumbprint, type CertificateBundle } from "../../testing/certificates";
import { emulatorForEach, stopClock } from "../../testing/emulator";

const day = 24 * 60 * 60 * 1000;
const digest = createHash("sha256").update("x").digest("base64url");

// A creation takes a second, and is over sooner for a test that stood still.
const emulator = emulatorForEach(stopClock);
const opened = vaultForEach(emulator);
const vault = opened.ask;
afterEach(() => jest.restoreAllMocks());

const create = () => vault("POST", "/certificates/one/create", { policy: clientPolicy });

/** Status, code and inner code: `403 Forbidden KeyExpired`. */
const refusalOf = async (asked: ReturnType<typeof vault>): Promise<string> => {
  const { status, body } = await asked;
  const { code, innererror } = (body as { error: { code: string; innererror?: { code: string } } }).error;
  return [status, code, innererror?.code].filter(Boolean).join(" ");
};

test("a creation is an operation that takes a while: until then the certificate is there, and of no use", async () => {
  const created = await vault("POST", "/certificates/one/create", { policy: clientPolicy, tags: { a: "b" } });
  const operation = created.body as { request_id: string; csr: string };
  expect(created.status).toBe(202);
  expect(created.headers.get("retry-after")).toBe("10");
  expect(created.headers.get("location")).toBe(
    `${opened.origin}/certificates/one/pending?api-version=2025-07-01&request_id=${operation.request_id}`,
  );
  const inProgress = {
    id: `${opened.origin}/certificates/one/pending`,
    issuer: { name: "Self" },
    csr: operation.csr,
    cancellation_requested: false,
    status: "inProgress",
    status_details: expect.stringContaining("in progress") as string,
    request_id: operation.request_id,
  };
  expect(operation).toEqual(inProgress);
  expect((await vault("GET", "/certificates/one/pending")).body).toEqual(inProgress);
  const early = await current();
  expect(early).toMatchObject({ attributes: { enabled: false }, pending: { id: inProgress.id } });
  expect(["kid", "sid", "x5t", "cer"].filter((name) => name in early)).toEqual([]);
  expect(await refusalOf(vault("GET", "/keys/one"))).toBe("404 KeyNotFound");
  expect(await vault("GET", "/certificates")).toMatchObject({ body: { value: [] } });
  expect(await vault("GET", "/certificates?includePending=true")).toMatchObject({ body: { value: [{}] } });

  emulator.clock.advance(1500);
  expect((await vault("GET", `/certificates/one/pending?request_id=${operation.request_id}`)).body).toEqual({
    ...inProgress,
    status: "completed",
    status_details: undefined,
    target: `${opened.origin}/certificates/one`,
  });
  const done = await current();
  const id = done.id.split("/").at(-1) ?? "";
  expect(done).toMatchObject({
    kid: `${opened.origin}/keys/one/${id}`,
    sid: `${opened.origin}/secrets/one/${id}`,
    x5t: thumbprint(done.cer, "sha1"),
    attributes: { enabled: true, recoveryLevel: "Recoverable+Purgeable", recoverableDays: 90 },
    tags: { a: "b" },
  });
  expect((await vault("GET", `/certificates/one/${id}`)).body).toEqual(done);
  expect(await refusalOf(vault("GET", "/certificates/one/pending?request_id=another"))).toBe(
    "404 PendingCertificateNotFound",
  );
});

test("a creation as the client for Java sends it", async () => {
  const attributes = { enabled: true, nbf: Math.floor(emulator.clock.now() / 1000) };
  const asked = { policy: clientPolicy, attributes, preserveCertOrder: false };
  expect((await vault("POST", "/certificates/one/create", asked)).status).toBe(202);
  expect(await refusalOf(vault("POST", "/certificates/two/create", { ...asked, attributes: { nbf: "now" } }))).toBe(
    "400 BadParameter",
  );
});

test("it is a self-signed certificate by its policy, valid from ten minutes before its creation", async () => {
  const { cer, attributes } = await makeCertificate(emulator, vault, "one", {
    ...clientPolicy,
    x509_props: {
      subject: 'CN=partner\\, one, O="Contoso, Ltd.", C=DE',
      validity_months: 6,
      sans: { dns_names: ["partner.example"] },
      key_usage: ["digitalSignature", "decipherOnly"],
      ekus: ["1.3.6.1.5.5.7.3.2"],
    },
  });
  const certificate = new X509Certificate(Buffer.from(cer, "base64"));
  expect(certificate.subject).toBe("CN=partner\\, one\nO=Contoso\\, Ltd.\nC=DE");
  expect([certificate.issuer, certificate.ca, certificate.subjectAltName, certificate.keyUsage]).toEqual([
    certificate.subject,
    false,
    "DNS:partner.example",
    ["1.3.6.1.5.5.7.3.2"],
  ]);
  expect(certificate.verify(certificate.publicKey)).toBe(true);
  expect(certificate.publicKey.asymmetricKeyDetails?.modulusLength).toBe(2048);
  const { created, nbf, exp } = attributes;
  const sixMonths = new Date(created * 1000);
  sixMonths.setUTCMonth(sixMonths.getUTCMonth() + 6);
  expect([nbf, exp]).toEqual([created - 600, expect.closeTo(sixMonths.getTime() / 1000, -6)]);
  expect([certificate.validFromDate.getTime(), certificate.validToDate.getTime()]).toEqual([nbf * 1000, exp * 1000]);
});

test("a certificate may end after 2049", async () => {
  const policy = { ...clientPolicy, x509_props: { ...clientPolicy.x509_props, validity_months: 1200 } };
  const { cer, attributes } = await makeCertificate(emulator, vault, "one", policy);
  const { validToDate } = new X509Certificate(Buffer.from(cer, "base64"));
  expect(validToDate.getTime()).toBe(attributes.exp * 1000);
  expect(validToDate.getUTCFullYear() - new Date(emulator.clock.now()).getUTCFullYear()).toBe(100);
});

test("what a policy leaves out is filled in as recorded, renewal at 80 % included", async () => {
  const policy = { x509_props: { subject: "cn=MyCert" }, issuer: { name: "Self" } };
  const { attributes } = await makeCertificate(emulator, vault, "one", policy);
  expect((await vault("GET", "/certificates/one/policy")).body).toEqual({
    id: `${opened.origin}/certificates/one/policy`,
    key_props: { exportable: true, kty: "RSA", key_size: 2048, reuse_key: false },
    secret_props: { contentType: "application/x-pkcs12" },
    x509_props: {
      subject: "cn=MyCert",
      sans: {},
      ekus: ["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"],
      key_usage: ["digitalSignature", "keyEncipherment"],
      validity_months: 12,
      basic_constraints: { ca: false },
    },
    lifetime_actions: [{ trigger: { lifetime_percentage: 80 }, action: { action_type: "AutoRenew" } }],
    issuer: { name: "Self" },
    attributes: { enabled: true, created: attributes.created, updated: attributes.created },
  });
});

const current = async () => (await vault("GET", "/certificates/one")).body as CertificateBundle;

async function versionsOf(name: string): Promise<{ id: string; attributes: { created: number } }[]> {
  const { body } = await vault("GET", `/certificates/${name}/versions`);
  const { value } = body as { value: { id: string; attributes: { created: number } }[] };
  return value.toSorted((a, b) => a.attributes.created - b.attributes.created);
}

test("a certificate whose policy says so is renewed when the cloud's clock passes the moment, under a new key", async () => {
  const policy = { x509_props: { subject: "CN=one", validity_months: 10 }, issuer: { name: "Self" } };
  const first = await makeCertificate(emulator, vault, "one", policy);
  const lifetime = (first.attributes.exp - first.attributes.created) * 1000;
  emulator.clock.advance(lifetime * 0.8 - 5 * day);
  expect(await versionsOf("one")).toHaveLength(1);
  emulator.clock.advance(10 * day);
  const [, second] = await versionsOf("one");
  const renewed = await current();
  expect(second?.id).toBe(renewed.id);
  expect(renewed.attributes.created * 1000).toBeCloseTo(first.attributes.created * 1000 + lifetime * 0.8, -4);
  expect(publicKeyOf(renewed)).not.toBe(publicKeyOf(first));
});

test("one whose contacts are told instead is not renewed, and its key ends with it", async () => {
  const { kid } = await makeCertificate(emulator, vault, "one");
  emulator.clock.advance(400 * day);
  expect(await versionsOf("one")).toHaveLength(1);
  const answer = vault("POST", `${new URL(kid).pathname}/sign`, { alg: "PS256", value: digest });
  expect(await refusalOf(answer)).toBe("403 Forbidden KeyExpired");
});

const publicKeyOf = ({ cer }: CertificateBundle): string =>
  new X509Certificate(Buffer.from(cer, "base64")).publicKey.export({ format: "pem", type: "spki" }).toString();

test("a version that is made by hand takes the policy that is there; `reuse_key` keeps the key", async () => {
  const policy = { ...clientPolicy, key_props: { ...clientPolicy.key_props, reuse_key: true } };
  const first = await makeCertificate(emulator, vault, "one", policy);
  expect((await vault("POST", "/certificates/one/create", {})).status).toBe(202);
  emulator.clock.advance(1500);
  const second = await current();
  expect(second.id).not.toBe(first.id);
  expect(publicKeyOf(second)).toBe(publicKeyOf(first));
  const changed = await vault("PATCH", "/certificates/one/policy", { key_props: { reuse_key: false } });
  expect(changed.body).toMatchObject({ key_props: { ...policy.key_props, reuse_key: false }, x509_props: {} });
  await vault("POST", "/certificates/one/create", {});
  emulator.clock.advance(1500);
  expect(publicKeyOf(await current())).not.toBe(publicKeyOf(first));
});

test("a creation that somebody forgot leaves the name to the next one; one that is under way does not", async () => {
  await create();
  expect((await create()).status).toBe(409);
  expect((await vault("DELETE", "/certificates/one/pending")).status).toBe(200);
  expect((await vault("GET", "/certificates/one/pending")).status).toBe(404);
  emulator.clock.advance(1500);
  expect((await vault("GET", "/certificates/one")).body).toMatchObject({ attributes: { enabled: false } });
  expect(await makeCertificate(emulator, vault, "one")).toMatchObject({ attributes: { enabled: true } });
});

test("a creation that failed says so, makes no certificate, and leaves the name to the next one", async () => {
  const fail = (failsCertificates: boolean) => askAdmin(emulator)("POST", `vaults/${vaultName}`, { failsCertificates });
  await fail(true);
  await create();
  emulator.clock.advance(1500);
  expect((await vault("GET", "/certificates/one/pending")).body).toMatchObject({
    ...{ status: "failed", status_details: "" },
    error: { code: "Request rejected", message: expect.any(String) as string },
  });
  expect((await vault("GET", "/certificates/one")).body).toMatchObject({ attributes: { enabled: false } });
  await fail(false);
  expect(await makeCertificate(emulator, vault, "one")).toMatchObject({ attributes: { enabled: true } });
});

test("two creations at once: one of them is a conflict", async () => {
  const both = await Promise.all([1, 2].map(() => create()));
  expect(both.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([202, 409]);
});

test("a disabled version keeps its certificate to be read; its key and its secret are closed", async () => {
  const { id, kid } = await makeCertificate(emulator, vault, "one");
  const path = new URL(id).pathname;
  const disabled = await vault("PATCH", path, { attributes: { enabled: false }, tags: { state: "retired" } });
  expect(disabled.body).toMatchObject({ attributes: { enabled: false }, tags: { state: "retired" } });
  expect((await vault("GET", path)).body).toMatchObject({ attributes: { enabled: false } });
  for (const operation of ["sign", "verify"]) {
    const asked = { alg: "RS256", value: digest, ...(operation === "verify" && { digest }) };
    const refused = refusalOf(vault("POST", `${new URL(kid).pathname}/${operation}`, asked));
    expect(await refused).toBe("403 Forbidden KeyDisabled");
  }
  expect(await refusalOf(vault("GET", "/secrets/one"))).toBe("403 Forbidden SecretDisabled");
});

test("deleted, a certificate takes key and secret along and keeps its name; recovered, all of it is back", async () => {
  const made = await makeCertificate(emulator, vault, "one");
  const { body } = await vault("DELETE", "/certificates/one");
  expect(body).toMatchObject({ recoveryId: `${opened.origin}/deletedcertificates/one`, id: made.id, cer: made.cer });
  for (const path of ["/certificates/one", "/keys/one", "/secrets/one"]) {
    expect((await vault("GET", path)).status).toBe(404);
  }
  expect(await refusalOf(create())).toBe("409 Conflict ObjectIsDeletedButRecoverable");
  expect((await vault("GET", "/deletedcertificates")).body).toMatchObject({ value: [{ x5t: made.x5t }] });
  expect((await vault("GET", "/deletedcertificates/one")).body).toEqual(body);
  const { deletedDate, scheduledPurgeDate } = body as Record<string, number>;
  const secret = { recoveryId: `${opened.origin}/deletedsecrets/one`, managed: true, deletedDate, scheduledPurgeDate };
  expect((await vault("GET", "/deletedsecrets/one")).body).toMatchObject(secret);
  expect((await vault("GET", "/deletedsecrets")).body).toMatchObject({
    value: [{ ...secret, id: `${opened.origin}/secrets/one` }],
  });
  for (const [method, path] of [
    ["POST", "/deletedsecrets/one/recover"],
    ["DELETE", "/deletedsecrets/one"],
  ] as const) {
    expect(await refusalOf(vault(method, path))).toBe("403 Forbidden SecretManagedByKeyVault");
  }
  expect((await vault("POST", "/deletedcertificates/one/recover")).body).toEqual(made);
  expect((await vault("GET", "/keys/one")).status).toBe(200);
  await vault("DELETE", "/certificates/one");
  expect((await vault("DELETE", "/deletedcertificates/one")).status).toBe(204);
  expect((await vault("GET", "/deletedcertificates/one")).status).toBe(404);
});

test("the secret of a certificate holds it in PEM, with the key only where that may leave, and nobody writes it", async () => {
  await makeCertificate(emulator, vault, "kept");
  const exportable = { ...clientPolicy, key_props: { ...clientPolicy.key_props, exportable: true } };
  const leaving = await makeCertificate(emulator, vault, "leaving", exportable);
  const kept = (await vault("GET", "/secrets/kept")).body as { value: string };
  expect(kept).toMatchObject({ managed: true, contentType: "application/x-pem-file" });
  expect(kept.value).toMatch(/^-----BEGIN CERTIFICATE-----\n[^-]+-----END CERTIFICATE-----\n$/);
  const { value } = (await vault("GET", "/secrets/leaving")).body as { value: string };
  expect(createPublicKey(value.split("-----BEGIN CERTIFICATE-----")[0] ?? "").export({ format: "jwk" })).toEqual(
    new X509Certificate(Buffer.from(leaving.cer, "base64")).publicKey.export({ format: "jwk" }),
  );
  for (const [method, body] of [["PUT", { value: "x" }], ["PATCH", { tags: {} }], ["DELETE"]] as const) {
    expect(await refusalOf(vault(method, "/secrets/kept", body))).toBe("403 Forbidden SecretManagedByKeyVault");
  }
  const { value: all } = (await vault("GET", "/secrets")).body as { value: { id: string; managed?: boolean }[] };
  expect(all.map(({ id, managed }) => [id, managed])).toEqual([
    [`${opened.origin}/secrets/kept`, true],
    [`${opened.origin}/secrets/leaving`, true],
  ]);
});

test.each(["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"])(
  "the key signs with %s what others verify, and verifies it",
  async (alg) => {
    const { kid, cer } = await makeCertificate(emulator, vault, "one");
    const path = new URL(kid).pathname;
    const hash = createHash(`sha${alg.slice(2)}`);
    const signed = hash.update("text").digest("base64url");
    const { body } = await vault("POST", `${path}/sign`, { alg, value: signed });
    const { value } = body as { value: string };
    expect(body).toEqual({ kid, value: expect.any(String) as string });
    const { publicKey: key } = new X509Certificate(Buffer.from(cer, "base64"));
    const { RSA_PKCS1_PADDING: pkcs1, RSA_PKCS1_PSS_PADDING: pss, RSA_PSS_SALTLEN_DIGEST: saltLength } = constants;
    const scheme = alg.startsWith("PS") ? { key, padding: pss, saltLength } : { key, padding: pkcs1 };
    const signature = Buffer.from(value, "base64url");
    expect(verify(`sha${alg.slice(2)}`, Buffer.from("text"), scheme, signature)).toBe(true);
    const isValid = async (text: string) =>
      ((await vault("POST", `${path}/verify`, { alg, digest: signed, value: text })).body as { value: boolean }).value;
    const other = Buffer.from(signature.map((byte, index) => (index === 9 ? byte ^ 1 : byte))).toString("base64url");
    expect([await isValid(value), await isValid(other)]).toEqual([true, false]);
  },
);

test("a key does what the usages of its certificate let it, in the version that is named or the newest", async () => {
  const { kid } = await makeCertificate(emulator, vault, "one");
  const other = { ...clientPolicy, x509_props: { ...clientPolicy.x509_props, key_usage: ["keyEncipherment"] } };
  await makeCertificate(emulator, vault, "two", other);
  expect((await vault("GET", "/keys/one")).body).toMatchObject({
    key: { kid, kty: "RSA", key_ops: ["sign", "verify"], e: "AQAB" },
    attributes: { enabled: true },
    managed: true,
  });
  const asked = { alg: "PS256", value: digest };
  expect((await vault("POST", "/keys/one/sign", asked)).body).toMatchObject({ kid });
  expect((await vault("POST", "/keys/one//sign", asked)).body).toMatchObject({ kid });
  expect(await refusalOf(vault("POST", "/keys/two/sign", asked))).toBe("403 Forbidden KeyOperationForbidden");
});
