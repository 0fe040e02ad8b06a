/** The certificate that a stack's application proves itself with: found where a killed run left it, brought back, or made. */
import { createHash } from "node:crypto";
import { retry } from "../azure/retry";
import { byPerson, Failure, present, pulumi, sentence } from "../errors/failure";
import { now } from "../startup/clock";
import type { Certificates, CertificateVersion } from "../vault/certificates";
import { VaultError } from "../vault/vault-error";
import { lifetimeOf } from "./lifetime";

/** What is wanted. */
export interface WantedCertificate {
  certificateName: string;
  /** Which of its versions. */
  label: string;
  validityMonths: number;
  /** Whose it is. */
  stack: string;
}

export interface MadeCertificate {
  version: string;
  /** SHA-256, base64url. */
  thumbprint: string;
  /** DER in Base64. */
  cer: string;
  /** ISO 8601, full seconds, as Entra answers them. */
  notBefore: string;
  notAfter: string;
}

/** Bits of a key: what Microsoft's own page on self-signed certificates for applications makes; more would sign slower, for a year or two. */
const keySize = 2048;

/** Milliseconds that the vault may take to make a self-signed certificate: it answers within seconds. */
const makingWindow = 5 * 60_000;

/** Milliseconds that a soft-deleted certificate may take to come back. */
const recoveryWindow = 2 * 60_000;

/** The tag of a version that a stack has on record: whoever finds one without it finds what a killed run left. */
const takenTag = "taken";

/** The tag that says which of a stack's certificates a version is. */
export const labelTag = "label";

const stillMaking = "certificate-making";

/** @throws VaultError; Failure when the vault refuses to make it, or takes too long */
export async function findOrMake(
  certificates: Certificates,
  uri: string,
  wanted: WantedCertificate,
): Promise<MadeCertificate> {
  const { certificateName: name, label, validityMonths, stack } = wanted;
  const isRecovered = await recover(certificates, uri, name);
  // A run that was killed may have left a creation under way: the vault makes one at a time.
  await finished(certificates, uri, name);
  const before = await certificates.listVersions(name);
  const left = before.find((one) => isUsable(one, wanted) && (isRecovered || one.tags[takenTag] === undefined));
  const version = left ?? (await make());
  const found = await certificates.find(name, version.version);
  const { cer, tags, notBefore, expiresOn } = present(found, `The certificate ${name} in ${uri} has gone at once.`);
  await certificates.update(name, version.version, { tags: { ...tags, [takenTag]: new Date(now()).toISOString() } });
  return {
    version: version.version,
    thumbprint: createHash("sha256").update(Buffer.from(cer, "base64")).digest("base64url"),
    cer,
    notBefore: timeOf(notBefore),
    notAfter: timeOf(expiresOn),
  };

  async function make(): Promise<CertificateVersion> {
    // What was recovered a moment ago takes no new version yet.
    const isRetryable = (error: unknown) => error instanceof VaultError && error.reason === "recovering";
    const waitsFor = `certificate ${name} in ${uri} to be recovered`;
    await retry({ waitsFor, deadline: now() + recoveryWindow, isRetryable, firstPause: 500 }, () =>
      certificates.create(name, { subject: `CN=${name}`, validityMonths, keySize }, { stack, [labelTag]: label }),
    );
    await finished(certificates, uri, name);
    const known = new Set(before.map((one) => one.version));
    const made = (await certificates.listVersions(name)).find((one) => one.enabled && !known.has(one.version));
    return present(made, `The vault ${uri} reports that certificate ${name} is made, and lists no new version.`);
  }
}

const isUsable = (
  { enabled, tags, expiresOn }: CertificateVersion,
  { stack, label }: Pick<WantedCertificate, "stack" | "label">,
): boolean => enabled && tags["stack"] === stack && tags[labelTag] === label && lifetimeOf(expiresOn, 0) === "ok";

/** As Entra writes and the provider compares it. */
const timeOf = (date: Date | undefined): string =>
  present(date, "The vault made a certificate without dates.").toISOString().replace(".000Z", "Z");

/** Waits until no creation is under way. @throws Failure with the vault's words where the last one failed */
async function finished(certificates: Certificates, uri: string, name: string): Promise<void> {
  const isRetryable = (error: unknown) => error instanceof Failure && error.code === stillMaking;
  const waitsFor = `${uri} to make certificate ${name}`;
  await retry({ waitsFor, deadline: now() + makingWindow, isRetryable, firstPause: 500 }, async () => {
    const { status, problem } = (await certificates.operation(name)) ?? { status: "completed", problem: "" };
    if (status === "inProgress")
      throw new Failure(
        stillMaking,
        `The vault ${uri} has not made certificate ${name} in time.`,
        byPerson("Wait until it has, then deploy again, which takes it up", pulumi("up")),
      );
    if (status !== "failed") return;
    throw new Failure("certificate-refused", {
      what: `The vault ${uri} could not make certificate ${name}: ${problem}`,
      fixes: [
        sentence(
          "Its message has the reason: an Azure Policy may forbid it; ask the vault's owner. Then deploy again.",
        ),
      ],
    });
  });
}

/** @returns whether it was soft-deleted, and is back */
async function recover(certificates: Certificates, uri: string, name: string): Promise<boolean> {
  if ((await certificates.listVersions(name)).length > 0 || !(await certificates.isDeleted(name))) return false;
  await certificates.recover(name);
  const isRetryable = (error: unknown) =>
    error instanceof VaultError && ["not-found", "recovering"].includes(error.reason);
  const waitsFor = `certificate ${name} in ${uri} to be recovered`;
  await retry({ waitsFor, deadline: now() + recoveryWindow, isRetryable, firstPause: 500 }, async () => {
    if ((await certificates.listVersions(name)).length > 0) return;
    throw new VaultError("not-found", `The certificate ${name} in ${uri} is not back in time.`);
  });
  return true;
}
