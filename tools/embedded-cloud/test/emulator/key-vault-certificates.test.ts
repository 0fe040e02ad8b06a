/** Certificates of a vault with plain requests: their operation, their content, deletion, signatures. */
import { constants, createHash, verify, X509Certificate } from "node:crypto";
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

const sign = (name: string, version: string, alg = "PS256") =>
  vault("POST", `/keys/${name}/${version}/sign`, { alg, value: digest });
const versionIn = (id: string): string => id.split("/").at(-1) ?? "";

/** Status, code and inner code: `403 Forbidden KeyExpired`. */
const refusalOf = async (asked: ReturnType<typeof vault>): Promise<string> => {
  const { status, body } = await asked;
  const { code, innererror } = (body as { error: { code: string; innererror?: { code: string } } }).error;
  return [status, code, innererror?.code].filter(Boolean).join(" ");
};

test("a creation is an operation that takes a while: until then the certificate is there, and of no use", async () => {
  const created = await vault("POST", "/certificates/one/create", { policy: clientPolicy, tags: { a: "b" } });
  const operation = created.body as { request_id: string };
  expect(created.status).toBe(202);
  expect(created.headers.get("retry-after")).toBe("10");
  expect(created.headers.get("location")).toBe(
    `${opened.origin}/certificates/one/pending?api-version=2025-07-01&request_id=${operation.request_id}`,
  );
  const inProgress = {
    id: `${opened.origin}/certificates/one/pending`,
    issuer: { name: "Self" },
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
  expect(await refusalOf(sign("one", "0".repeat(32)))).toBe("404 KeyNotFound");
  expect(await vault("GET", "/certificates")).toMatchObject({ body: { value: [] } });

  emulator.clock.advance(1500);
  expect((await vault("GET", "/certificates/one/pending")).body).toEqual({
    ...inProgress,
    status: "completed",
    status_details: undefined,
    target: `${opened.origin}/certificates/one`,
  });
  const done = await current();
  const id = versionIn(done.id);
  expect(done).toMatchObject({
    kid: `${opened.origin}/keys/one/${id}`,
    sid: `${opened.origin}/secrets/one/${id}`,
    x5t: thumbprint(done.cer, "sha1"),
    attributes: { enabled: true, recoveryLevel: "Recoverable+Purgeable", recoverableDays: 90 },
    tags: { a: "b" },
  });
  expect((await vault("GET", `/certificates/one/${id}`)).body).toEqual(done);
  expect(await vault("GET", "/certificates")).toMatchObject({ body: { value: [{ x5t: done.x5t }] } });
});

test("it is a self-signed certificate by its policy, valid from ten minutes before its creation", async () => {
  const policy = { ...clientPolicy, x509_props: { ...clientPolicy.x509_props, validity_months: 6 } };
  const { cer, attributes } = await makeCertificate(emulator, vault, "one", policy);
  const certificate = new X509Certificate(Buffer.from(cer, "base64"));
  expect([certificate.subject, certificate.issuer, certificate.ca, certificate.keyUsage]).toEqual([
    "CN=partner",
    "CN=partner",
    false,
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

const current = async () => (await vault("GET", "/certificates/one")).body as CertificateBundle;

test("its key ends with it, and nothing renews it", async () => {
  const { kid } = await makeCertificate(emulator, vault, "one");
  emulator.clock.advance(400 * day);
  expect(await vault("GET", "/certificates/one/versions")).toMatchObject({ body: { value: [{}] } });
  expect(await refusalOf(sign("one", versionIn(kid)))).toBe("403 Forbidden KeyExpired");
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
  expect(await refusalOf(sign("one", versionIn(kid)))).toBe("403 Forbidden KeyDisabled");
  expect(await refusalOf(vault("GET", "/secrets/one"))).toBe("403 Forbidden SecretDisabled");
});

test("deleted, a certificate takes key and secret along and keeps its name; recovered, all of it is back", async () => {
  const made = await makeCertificate(emulator, vault, "one");
  const { body } = await vault("DELETE", "/certificates/one");
  expect(body).toMatchObject({ recoveryId: `${opened.origin}/deletedcertificates/one`, id: made.id, cer: made.cer });
  for (const path of ["/certificates/one", "/secrets/one"]) expect((await vault("GET", path)).status).toBe(404);
  expect(await refusalOf(sign("one", versionIn(made.kid)))).toBe("404 KeyNotFound");
  expect(await refusalOf(create())).toBe("409 Conflict ObjectIsDeletedButRecoverable");
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
  expect((await sign("one", versionIn(made.kid))).status).toBe(200);
});

test("the secret of a certificate is listed, and nobody writes it", async () => {
  await makeCertificate(emulator, vault, "kept");
  for (const [method, body] of [["PUT", { value: "x" }], ["PATCH", { tags: {} }], ["DELETE"]] as const) {
    expect(await refusalOf(vault(method, "/secrets/kept", body))).toBe("403 Forbidden SecretManagedByKeyVault");
  }
  const contentType = "application/x-pkcs12";
  expect((await vault("GET", "/secrets")).body).toMatchObject({
    value: [{ id: `${opened.origin}/secrets/kept`, managed: true, contentType }],
  });
});

test.each(["RS256", "PS256"])("the key signs with %s what others verify", async (alg) => {
  const { kid, cer } = await makeCertificate(emulator, vault, "one");
  const { body } = await sign("one", versionIn(kid), alg);
  const { value } = body as { value: string };
  expect(body).toEqual({ kid, value: expect.any(String) as string });
  const { publicKey: key } = new X509Certificate(Buffer.from(cer, "base64"));
  const { RSA_PKCS1_PADDING: pkcs1, RSA_PKCS1_PSS_PADDING: pss, RSA_PSS_SALTLEN_DIGEST: saltLength } = constants;
  const scheme = alg.startsWith("PS") ? { key, padding: pss, saltLength } : { key, padding: pkcs1 };
  expect(verify("sha256", Buffer.from("x"), scheme, Buffer.from(value, "base64url"))).toBe(true);
});
