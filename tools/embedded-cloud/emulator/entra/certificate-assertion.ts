/** Source: https://learn.microsoft.com/entra/identity-platform/certificate-credentials. */
import { createHash, X509Certificate } from "node:crypto";
import type { CloudContext } from "../cloud";
import type { Application, KeyCredential } from "../context";
import { checkTimes, type ParsedAssertion } from "./assertion-parts";
import { refuse } from "./errors";

const supported = ["PS256", "PS384", "PS512", "RS256", "RS384", "RS512"];

/**
 * Entra's order of these checks is not documented; this one is derived from its refusals.
 *
 * @throws EntraError 700021 when issuer and subject are not both the client, 5002738 for another kind of
 *   signature, 700027 when no valid certificate of the application made the signature, 700023 for another
 *   audience than the tenant's token endpoint, 700024 outside of its validity
 */
export async function checkOwnAssertion(
  context: CloudContext,
  application: Application,
  parsed: ParsedAssertion,
  tenantSegment: string,
): Promise<void> {
  const { claims, header, text } = parsed;
  const isClient = (name: string | undefined): boolean => name?.toLowerCase() === application.appId.toLowerCase();
  if (!isClient(claims.iss) || !isClient(claims.sub)) refuse(700021);
  const algorithm = header.alg ?? "";
  if (!supported.includes(algorithm)) refuse(5002738, { algorithm, supported: supported.join(",") });
  const now = context.clock.now();
  await checkKey(application, text, algorithm, thumbprintOf(header), now);
  const audiences = [claims.aud ?? ""].flat();
  if (!audiences.some((audience) => isRealm(context, audience, tenantSegment))) refuse(700023);
  checkTimes(claims, now);
}

interface Thumbprint {
  hash: "sha256" | "sha1";
  /** Empty for a text that is not base64. */
  bytes: Buffer;
}

/** HashiCorp's SDK names the certificate by `kid` alone, with the SHA-1 of an `x5t`. */
function thumbprintOf({ "x5t#S256": ofSha256, x5t, kid }: ParsedAssertion["header"]): Thumbprint | undefined {
  if (typeof ofSha256 === "string") return { hash: "sha256", bytes: bytesOf(ofSha256) };
  const ofSha1 = x5t ?? kid;
  return typeof ofSha1 === "string" ? { hash: "sha1", bytes: bytesOf(ofSha1) } : undefined;
}

/** Clients write it in base64url, as in RFC 7515, or in standard base64, with padding or without. */
const bytesOf = (text: string): Buffer => Buffer.from(/^[\w+/-]+={0,2}$/u.test(text) ? text : "", "base64");

async function checkKey(
  application: Application,
  text: string,
  algorithm: string,
  thumbprint: Thumbprint | undefined,
  now: number,
): Promise<void> {
  const credential = application.keyCredentials.find(
    ({ key, usage }) => usage === "Verify" && thumbprint?.bytes.equals(hashOf(key, thumbprint.hash)) === true,
  );
  const refuseKey = (problem: string, reason: string): never =>
    refuse(700027, { problem, reason: reasonOf(application, thumbprint, credential, reason) });
  if (credential === undefined) {
    const problem =
      "The certificate with identifier used to sign the client assertion is not registered on application.";
    return refuseKey(problem, "The key was not found.");
  }
  const invalid = "Client assertion contains an invalid signature.";
  if (Date.parse(credential.endDateTime) <= now) return refuseKey(invalid, "The key used is expired.");
  if (Date.parse(credential.startDateTime) > now) return refuseKey(invalid, "The key used is not yet valid.");
  const { compactVerify, errors } = await import("jose");
  try {
    const { publicKey } = new X509Certificate(Buffer.from(credential.key, "base64"));
    await compactVerify(text, publicKey, { algorithms: [algorithm] });
  } catch (error) {
    if (!(error instanceof errors.JOSEError)) throw error;
    return refuseKey(invalid, "The provided signature value did not match the expected signature value.");
  }
}

const hashOf = (key: string, hash: Thumbprint["hash"]): Buffer =>
  createHash(hash).update(Buffer.from(key, "base64")).digest();

/** In Entra's form: the thumbprint only if the client sent one, the dates only for a known certificate. */
function reasonOf(
  { appId, id }: Application,
  thumbprint: Thumbprint | undefined,
  credential: KeyCredential | undefined,
  reason: string,
): string {
  const parts = [
    `Reason - ${reason}`,
    ...(thumbprint === undefined
      ? []
      : [`Thumbprint of key used by client: '${thumbprint.bytes.toString("hex").toUpperCase()}'`]),
    ...(credential === undefined
      ? []
      : [`Found key 'Start=${dateOf(credential.startDateTime)}, End=${dateOf(credential.endDateTime)}'`]),
    "Please visit the Azure Portal, Graph Explorer or directly use MS Graph to see configured keys for app Id " +
      `'${appId}'. Review the documentation at https://docs.microsoft.com/en-us/graph/deployments to determine the ` +
      "corresponding service endpoint and https://docs.microsoft.com/en-us/graph/api/application-get?view=graph-rest-1.0&tabs=http " +
      `to build a query request URL, such as 'https://graph.microsoft.com/beta/applications/${id}'`,
  ];
  return ` [${parts.join(", ")}].`;
}

/** In .NET's format: 06/29/2021 21:13:15. */
function dateOf(instant: string): string {
  const [year, month, day] = new Date(instant).toISOString().slice(0, 10).split("-");
  return `${month ?? ""}/${day ?? ""}/${year ?? ""} ${new Date(instant).toISOString().slice(11, 19)}`;
}

/** Whether an audience is the requested tenant: one of its token endpoints, or its issuer of version 2. */
function isRealm(context: CloudContext, audience: string, tenantSegment: string): boolean {
  const names = new Set([tenantSegment.toLowerCase(), context.locate(tenantSegment)?.id.toLowerCase() ?? ""]);
  const address = audience.startsWith(`${context.origins.authority}/`)
    ? audience.slice(context.origins.authority.length + 1)
    : "";
  const [, name = ""] = /^([^/]+)\/(?:oauth2\/v2\.0\/token|oauth2\/token|v2\.0\/?)$/i.exec(address) ?? [];
  return names.has(name.toLowerCase());
}
