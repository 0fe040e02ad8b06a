import type { PasswordCredential } from "../../../lib/application/applications";
import { failBeforeDays, warnBeforeDays } from "../../../lib/config/limits";
import { madeSecretIn, parseReference } from "../../../lib/consent/credential-reference";
import { daysText, daysUntil } from "../../../lib/consent/lifetime";
import { judgeClientSecret, rotateCredential } from "../../../lib/consent/verdict";
import { byPerson, type Fix, ownCommand, pulumi, run } from "../../../lib/errors/failure";
import { now } from "../../../lib/startup/clock";
import { putClientSecret } from "../../../lib/vault/existing";
import { exitCodes } from "../../terminal/exit-code";
import { judgeCertificate } from "./client-certificate";
import { dueOf, rotation } from "../../rotate/due";
import { check, failed, type Finding, ofVerdict, warning } from "../check";
import type { Stack } from "../../engine/stack";

const limits = { warnDays: warnBeforeDays.default, failDays: failBeforeDays.default };

export const clientSecretCheck = check("client-secret", "Client secret", ["application"], {
  right: "Application.Read.All on Microsoft Graph",
  look: async (facts) => {
    const stack = await facts.stack();
    const vaultSecretName = stack?.settings.credential.vaultSecretName;
    const { clientSecretName, credential } = stack?.outputs ?? {};
    const named = (await facts.tokenTags())?.["client-secret"] ?? clientSecretName ?? credential ?? vaultSecretName;
    const reference = named === undefined ? undefined : parseReference(named);
    if (reference?.kind === "certificate") {
      const vault = await facts.vault();
      const held = await vault?.certificates.find(reference.name, reference.version).catch(() => null);
      const judged = judgeCertificate(reference, vault === undefined ? null : held, await facts.application());
      return withDue(judged, stack);
    }
    const secret = named === undefined ? undefined : vaultSecretOf(named, vaultSecretName);
    const credentials = (await facts.application())?.passwordCredentials ?? [];
    const kept =
      named === undefined ? undefined : await (await facts.vault())?.listVersions(named).catch(() => undefined);
    if (secret !== undefined && kept?.length === 0) {
      // The engine would fail when it refreshes that secret.
      const another = isBrought(secret) ? remakeOf(secret) : rotateCredential;
      return failed(`the vault has no secret ${secret.name}`, another, exitCodes.rotationNeeded);
    }
    if (secret !== undefined && kept?.[0]?.enabled === false) {
      const again = isBrought(secret) ? remakeOf(secret) : run("Have it stored again", pulumi("up", "--refresh"));
      const found = `the vault's secret ${secret.name} is disabled, so nobody gets a token`;
      return failed(found, again, exitCodes.rotationNeeded);
    }
    return withDue(judgeSecret(credentials, secret), stack);
  },
});

/** A valid credential may still be due for rotation. */
const withDue = (judged: Finding, stack: Stack | undefined): Finding =>
  judged.state === "ok" && stack !== undefined ? (rotationDue(stack) ?? judged) : judged;

/** Whether a rotation is due by the stack's calendar: usually CI jobs rotate; otherwise a person must. */
export function rotationDue({ name, settings, outputs }: Stack, at = now()): Finding | undefined {
  const due = dueOf(settings.credential, outputs.credentials ?? [], at);
  if (due === undefined) return undefined;
  const found = `rotation is due since ${due.since}`;
  return due.isOverdue
    ? failed(`${found}: it is overdue`, rotation(name), exitCodes.rotationNeeded)
    : warning(found, rotation(name));
}

interface VaultSecret {
  name: string;
  /** The beginning of its key's id. Undefined: somebody else stored it, and the key is not known. */
  keyId: string | undefined;
}

/** @param brought the name of a secret from before the stack: it may look like one of the program's, but is not one */
export function vaultSecretOf(name: string, brought: string | undefined): VaultSecret {
  return { name, keyId: name === brought ? undefined : madeSecretIn(name)?.keyId };
}

const isBrought = (secret: VaultSecret | undefined): secret is VaultSecret =>
  secret !== undefined && secret.keyId === undefined;

const remakeOf = (secret: VaultSecret | undefined): Fix =>
  isBrought(secret) ? putClientSecret(secret.name) : run("Make a new one", pulumi("up", "--refresh"));

/** @param kept the vault's data; undefined: unknown. Of keys that cannot be distinguished the one that expires last counts */
export function judgeSecret(
  credentials: readonly PasswordCredential[],
  kept: VaultSecret | undefined,
  at = now(),
): Finding {
  const keyId = kept?.keyId;
  const byEnd = credentials.toSorted((a, b) => Date.parse(b.endDateTime) - Date.parse(a.endDateTime));
  const secret = keyId === undefined ? byEnd[0] : byEnd.find((one) => one.keyId.startsWith(keyId));
  if (secret === undefined) {
    const found =
      kept === undefined || keyId === undefined
        ? "the application has none"
        : `the application no longer has the one that the vault holds (${kept.name})`;
    return failed(`${found} (AADSTS7000215)`, remakeOf(kept), exitCodes.rotationNeeded);
  }
  const end = new Date(secret.endDateTime);
  const label = secret.displayName ?? secret.keyId;
  const rotation = isBrought(kept) ? putClientSecret(kept.name) : rotateCredential;
  const { verdict, fixes } = judgeClientSecret({ health: "ok", expiresOn: end }, limits, rotation, at);
  if (end.getTime() <= at) {
    const found = `${label} ended on ${secret.endDateTime.slice(0, 10)} (AADSTS7000222)`;
    return failed(found, fixes, exitCodes.rotationNeeded);
  }
  const left = `${label}, ${daysText(daysUntil(end, at))} left`;
  if (isBrought(kept)) {
    return warning(
      `nothing shows which key of the application the vault's ${kept.name} is; the one that ends last: ${left}`,
      byPerson("See whether it works", ownCommand("status", "--probe")),
    );
  }
  return ofVerdict(verdict, left, fixes, exitCodes.rotationNeeded);
}
