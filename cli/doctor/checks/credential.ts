/** The credential that the stored token names: whether vault and application have it, and its end. */
import {
  type Application,
  type PasswordCredential,
  thumbprintOf,
  thumbprintOfCertificate,
} from "../../../lib/application/applications";
import { failBeforeDays, warnBeforeDays } from "../../../lib/config/limits";
import { type CertificateReference, madeSecretIn, parseReference } from "../../../lib/consent/credential-reference";
import { daysText, daysUntil } from "../../../lib/consent/lifetime";
import { judgeClientSecret, rotateCredential } from "../../../lib/consent/verdict";
import { byPerson, ownCommand, pulumi, run, sentence } from "../../../lib/errors/failure";
import { now } from "../../../lib/startup/clock";
import type { Certificate } from "../../../lib/vault/certificates";
import { putClientSecret } from "../../../lib/vault/existing";
import type { SecretVersion } from "../../../lib/vault/secrets";
import type { Stack } from "../../engine/stack";
import { dueOf, rotation } from "../../rotate/due";
import { exitCodes } from "../../terminal/exit-code";
import { check, failed, type Finding, ofVerdict, warning } from "../check";

const limits = { warnDays: warnBeforeDays.default, failDays: failBeforeDays.default };
const { rotationNeeded } = exitCodes;

export const clientSecretCheck = check("client-secret", "Client secret", ["application"], {
  right: "Application.Read.All on Microsoft Graph",
  look: async (facts) => {
    const stack = await facts.stack();
    const brought = stack?.settings.credential.vaultSecretName;
    const { clientSecretName, credential } = stack?.outputs ?? {};
    const named = (await facts.tokenTags())?.["client-secret"] ?? clientSecretName ?? credential ?? brought;
    const application = await facts.application();
    const judged = async (): Promise<Finding> => {
      if (named === undefined) return judgeSecret(application?.passwordCredentials ?? [], undefined);
      const vault = await facts.vault();
      const reference = parseReference(named);
      if (reference?.kind !== "certificate") {
        const versions = await vault?.listVersions(named).catch(() => undefined);
        const secret = { ...vaultSecretOf(named, brought), versions };
        return judgeSecret(application?.passwordCredentials ?? [], secret);
      }
      const found = vault?.certificates.find(reference.name, reference.version);
      const held = found === undefined ? null : await found.catch(() => null);
      return judgeCertificate(reference, held, application);
    };
    const finding = await judged();
    // A valid credential may still be due for rotation.
    return finding.state === "ok" && stack !== undefined ? (rotationDue(stack) ?? finding) : finding;
  },
});

/** Whether a rotation is due by the stack's calendar: usually CI jobs rotate; otherwise a person must. */
export function rotationDue({ name, settings, outputs }: Stack, at = now()): Finding | undefined {
  const due = dueOf(settings.credential, outputs.credentials ?? [], at);
  if (due === undefined) return undefined;
  const found = `rotation is due since ${due.since}`;
  return due.isOverdue
    ? failed(`${found}, and overdue`, rotation(name), rotationNeeded)
    : warning(found, rotation(name));
}

interface VaultSecret {
  name: string;
  /** The beginning of its key's id. Undefined: somebody else stored it, and the key is not known. */
  keyId: string | undefined;
  /** Newest first; undefined: unknown. */
  versions?: readonly Pick<SecretVersion, "enabled">[] | undefined;
}

/** @param brought the name of a secret from before the stack, which may look like one of the program's */
export function vaultSecretOf(name: string, brought: string | undefined): VaultSecret {
  return { name, keyId: name === brought ? undefined : madeSecretIn(name)?.keyId };
}

/** @param kept the vault's data; undefined: none is named. If several keys fit, the last to expire counts */
export function judgeSecret(
  credentials: readonly PasswordCredential[],
  kept: VaultSecret | undefined,
  at = now(),
): Finding {
  const { name = "", keyId, versions } = kept ?? {};
  const put = kept !== undefined && keyId === undefined ? putClientSecret(name) : undefined;
  if (versions?.length === 0) {
    // The engine would fail when it refreshes that secret.
    return failed(`the vault has no secret ${name}`, put ?? rotateCredential, rotationNeeded);
  }
  if (versions?.[0]?.enabled === false) {
    const found = `the vault's secret ${name} is disabled, so nobody gets a token`;
    return failed(found, put ?? run("Store it again", pulumi("up")), rotationNeeded);
  }
  const byEnd = credentials.toSorted((a, b) => Date.parse(b.endDateTime) - Date.parse(a.endDateTime));
  const secret = byEnd.find((one) => one.keyId.startsWith(keyId ?? ""));
  if (secret === undefined) {
    const found =
      keyId === undefined
        ? "the application has none"
        : `the application no longer has the vault's client secret (${name})`;
    const remake = put ?? run("Make a new one", pulumi("up"));
    return failed(`${found} (AADSTS7000215)`, remake, rotationNeeded);
  }
  const end = new Date(secret.endDateTime);
  const label = secret.displayName ?? secret.keyId;
  const { verdict, fixes } = judgeClientSecret({ health: "ok", expiresOn: end }, limits, put ?? rotateCredential, at);
  if (end.getTime() <= at) {
    return failed(`${label} ended on ${secret.endDateTime.slice(0, 10)} (AADSTS7000222)`, fixes, rotationNeeded);
  }
  const left = `${label}, ${daysText(daysUntil(end, at))} left`;
  if (put === undefined) return ofVerdict(verdict, left, fixes, rotationNeeded);
  return warning(
    `could not tell which key of the application the vault's ${name} is; the last one to end: ${left}`,
    byPerson("Test it", ownCommand("status", "--probe")),
  );
}

/**
 * @param held the vault's data; null: it could not be read
 * @param application whose public keys are compared
 */
export function judgeCertificate(
  { name }: CertificateReference,
  held: Certificate | null | undefined,
  application: Pick<Application, "keyCredentials"> | undefined,
  at = now(),
): Finding {
  if (held === null) {
    const mayLook = sentence("Ask for the role Key Vault Reader on the vault.");
    return failed(`could not tell: the vault's certificate ${name} could not be checked`, mayLook);
  }
  const broken = (found: string): Finding => failed(found, makeGood, rotationNeeded);
  if (held === undefined) return broken(`the vault no longer has the certificate ${name}`);
  if (!held.enabled) return broken(`the vault's certificate ${name} is disabled, so nobody gets a token`);
  const thumbprint = thumbprintOfCertificate(held.cer);
  const isTrusted = application?.keyCredentials?.some((one) => thumbprintOf(one) === thumbprint) ?? false;
  if (!isTrusted) return broken(`the application no longer has the certificate ${name} (AADSTS700027)`);
  const { expiresOn } = held;
  const { verdict, fixes } = judgeClientSecret({ health: "ok", expiresOn }, limits, rotateCredential, at);
  const end = expiresOn?.getTime() ?? 0;
  const left = end <= at ? "ended (AADSTS700027)" : `${daysText(daysUntil(new Date(end), at))} left`;
  return ofVerdict(verdict, `certificate ${name}, ${left}`, fixes, rotationNeeded);
}

const makeGood = byPerson("Find out who did that. Then this repairs it, or creates another one", pulumi("up"));
