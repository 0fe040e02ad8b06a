/** The certificate of a stack's application: found after an interrupted run, recovered, or created. */
import { createHash } from "node:crypto";
import { retry, type Retry } from "../azure/retry";
import { vaultNameIn } from "../config/clouds";
import { az, byPerson, Failure, hasCode, present, pulumi, sentence } from "../errors/failure";
import { now } from "../startup/clock";
import type { Certificate, CertificateOperation, CertificateVersion } from "../vault/certificates";
import type { Vault } from "../vault/secrets";
import { absent, VaultError, type VaultReason } from "../vault/vault-error";
import { type CertificateReference, generationTag } from "./credential-record";
import { lifetimeOf } from "./lifetime";

interface WantedCertificate {
  certificateName: string;
  /** The number of its generation. */
  generation: number;
  validityMonths: number;
  stack: string;
}

/** Bits of a key: the size on Microsoft's page on self-signed certificates; a larger one signs slower. */
const keySize = 2048;

/** Milliseconds that the vault may take to create a self-signed certificate: usually it takes seconds. */
const makingWindow = 5 * 60_000;

/** Milliseconds that the recovery of a soft-deleted certificate may take. */
const recoveryWindow = 2 * 60_000;

/** The tag of a version that a stack has recorded: a version without it was left by an interrupted run. */
const takenTag = "taken";

const stillMaking = "certificate-making";

/** thumbprint: SHA-256, base64url; cer: DER in Base64; dates: ISO 8601 in full seconds, for Entra. */
export type CertificateFacts = Record<"version" | "thumbprint" | "cer" | "notBefore" | "notAfter", string>;

export const factsOf = ({ version, cer, notBefore, expiresOn }: Certificate): CertificateFacts => ({
  version,
  thumbprint: createHash("sha256").update(Buffer.from(cer, "base64")).digest("base64url"),
  cer,
  notBefore: timeOf(notBefore),
  notAfter: timeOf(expiresOn),
});

/** @throws VaultError; Failure when the vault refuses to create it, or takes too long */
export async function findOrMake(vault: Vault, wanted: WantedCertificate): Promise<CertificateFacts> {
  const { uri, certificates } = vault;
  const { certificateName: name } = wanted;
  const isRecovered = await recover(vault, name);
  // A run that was killed may have left a creation in progress: the vault creates one at a time.
  await finished(vault, name);
  const before = await certificates.listVersions(name);
  const left = before.find((one) => isUsable(one, wanted) && (isRecovered || one.tags[takenTag] === undefined));
  const { version } = left ?? (await make(vault, wanted, new Set(before.map((one) => one.version))));
  const found = await certificates.find(name, version);
  const existing = present(found, `The certificate ${name} in ${uri} disappeared at once.`);
  const tags = { ...existing.tags, [takenTag]: new Date(now()).toISOString() };
  await certificates.update(name, version, { tags });
  return factsOf(existing);
}

const tagsOf = ({ stack, generation }: WantedCertificate) => ({ stack, [generationTag]: String(generation) });

const isUsable = ({ enabled, tags, expiresOn }: CertificateVersion, wanted: WantedCertificate): boolean =>
  enabled &&
  Object.entries(tagsOf(wanted)).every(([tag, value]) => tags[tag] === value) &&
  lifetimeOf(expiresOn, 0) === "ok";

/** @returns whether it was soft-deleted and is recovered */
async function recover(vault: Vault, name: string): Promise<boolean> {
  const { uri, certificates } = vault;
  if ((await certificates.listVersions(name)).length > 0 || !(await certificates.isDeleted(name))) return false;
  // A repeated request is refused where the first one's answer was lost; the wait sees what came of it.
  await certificates.recover(name).catch(absent);
  await retry(untilRecovered(vault, name, "not-found", "recovering"), async () => {
    if ((await certificates.listVersions(name)).length > 0) return;
    throw new VaultError("not-found", `The certificate ${name} in ${uri} is not back in time.`);
  });
  return true;
}

async function make(vault: Vault, wanted: WantedCertificate, known: ReadonlySet<string>): Promise<CertificateVersion> {
  const { uri, certificates } = vault;
  const { certificateName: name, validityMonths } = wanted;
  const policy = { subject: `CN=${name}`, validityMonths, keySize };
  // A certificate that was just recovered accepts no new version yet.
  await retry(untilRecovered(vault, name, "recovering"), () => certificates.create(name, policy, tagsOf(wanted)));
  const { status, problem } = await finished(vault, name);
  if (status !== "completed")
    throw new Failure("certificate-refused", {
      what: `The vault ${uri} could not make certificate ${name}: ${problem || status}`,
      fixes: [
        sentence(
          "Its message has the reason: an Azure Policy may forbid it; ask the vault's owner. Then deploy again, which starts again.",
        ),
      ],
    });
  const made = (await certificates.listVersions(name)).find((one) => one.enabled && !known.has(one.version));
  return present(made, `The vault ${uri} reports that certificate ${name} is complete, but lists no new version.`);
}

const untilRecovered = ({ uri }: Vault, name: string, ...passes: readonly VaultReason[]): Retry => ({
  waitsFor: `certificate ${name} in ${uri} to be recovered`,
  deadline: now() + recoveryWindow,
  isRetryable: (error) => error instanceof VaultError && passes.includes(error.reason),
});

/** Waits until no creation is in progress. @returns how the last creation ended: a failed creation frees the name */
async function finished({ uri, certificates }: Vault, name: string): Promise<CertificateOperation> {
  const isRetryable = (error: unknown) => hasCode(error, stillMaking);
  const waitsFor = `${uri} to make certificate ${name}`;
  return await retry({ waitsFor, deadline: now() + makingWindow, isRetryable }, async () => {
    const operation = (await certificates.operation(name)) ?? { status: "completed", problem: "" };
    if (operation.status !== "inProgress") return operation;
    throw new Failure(
      stillMaking,
      `The vault ${uri} has not made certificate ${name} in time.`,
      byPerson("Wait until it has, then deploy again, which uses it", pulumi("up")),
      byPerson(
        "If it never will, cancel it, then deploy again, which starts again",
        az("keyvault", ...["certificate", "pending", "delete", "--vault-name", vaultNameIn(uri), "--name", name]),
        pulumi("up"),
      ),
    );
  });
}

/**
 * Disables versions that a killed run created but the engine did not record: no application trusts them.
 * @param recorded the stack's recorded versions
 */
export async function disableUnrecorded(
  { certificates }: Vault,
  stack: string,
  recorded: readonly CertificateReference[],
): Promise<void> {
  const known = new Set(recorded.map(({ version }) => version));
  for (const name of new Set(recorded.map((one) => one.name)))
    for (const { version, enabled, tags } of await certificates.listVersions(name))
      if (enabled && tags["stack"] === stack && !known.has(version))
        await certificates.update(name, version, { enabled: false });
}

const timeOf = (date: Date | undefined): string =>
  present(date, "The vault made a certificate without dates.").toISOString().replace(".000Z", "Z");
