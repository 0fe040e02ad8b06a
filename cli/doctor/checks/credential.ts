/** The credential that the stored token names: whether vault and application have it, and its end. */
import type { Application } from "../../../lib/application/applications";
import { failBeforeDays, warnBeforeDays } from "../../../lib/config/limits";
import { certificateIn, isRecordName, keyOf, credentialKindOf } from "../../../lib/credential/credential-record";
import { daysText, daysUntil } from "../../../lib/credential/lifetime";
import { judgeCredential, rotateCredential } from "../../../lib/token/verdict";
import { byPerson, ownCommand, pulumi } from "../../../lib/errors/failure";
import { now } from "../../../lib/startup/clock";
import type { Certificate } from "../../../lib/vault/certificates";
import { putClientSecret } from "../../../lib/vault/existing";
import type { SecretVersion } from "../../../lib/vault/secrets";
import type { Stack } from "../../engine/stack";
import { appliedIn, dueOf, rotation } from "../../rotate/due";
import { exitCodes } from "../../terminal/exit-code";
import { check, failed, type Finding, ofVerdict, warning } from "../check";

const limits = { warnDays: warnBeforeDays.default, failDays: failBeforeDays.default };
const { rotationNeeded } = exitCodes;

export const credentialCheck = check("credential", "Credential", ["application"], {
  right: "Application.Read.All on Microsoft Graph",
  look: async (facts) => {
    const [stack, name] = [await facts.stack(), await facts.credentialName()];
    const versions = await facts.credentialVersions().catch(() => undefined);
    const vault = await facts.vault();
    const named = certificateIn(versions?.[0]?.tags ?? {});
    const key = named && (await vault?.certificates.find(named.name, named.version).catch(() => null));
    const application = (await facts.application()) ?? { passwordCredentials: [] };
    const isKeyless = named !== undefined && key !== null && key?.enabled !== true;
    const finding = isKeyless ? withoutKey(named.name, key) : judge(application, name, versions);
    // A valid credential may still be due for rotation.
    return finding.state === "ok" && stack !== undefined ? (rotationDue(stack) ?? finding) : finding;
  },
});

/** A rotation that is due by the stack's calendar: usually CI jobs rotate; otherwise a person must. */
export function rotationDue({ name, settings, outputs }: Stack, at = now()): Finding | undefined {
  const due = dueOf(settings.credential, appliedIn(outputs), at);
  if (due === undefined) return undefined;
  const found = `rotation is due since ${due.since}`;
  return due.isOverdue
    ? failed(`${found}, and overdue`, rotation(name), rotationNeeded)
    : warning(found, rotation(name));
}

const putRight = byPerson("Find out who did that; then repair or replace it", pulumi("up"));

/** @param held the vault's data */
export const withoutKey = (name: string, held: Pick<Certificate, "enabled"> | undefined): Finding =>
  failed(
    held === undefined
      ? `the vault no longer has the certificate ${name}`
      : `the vault's certificate ${name} is disabled, so nobody gets a token`,
    putRight,
    rotationNeeded,
  );

type Credentials = Pick<Application, "passwordCredentials" | "keyCredentials">;

/** @param versions of the vault secret, newest first; undefined: unknown */
export function judge(
  application: Credentials,
  name: string | undefined,
  versions: readonly SecretVersion[] | undefined,
  at = now(),
): Finding {
  const [newest] = versions ?? [];
  const put = name === undefined || isRecordName(name) ? undefined : putClientSecret(name);
  const entries = entriesOf(application).toSorted((a, b) => b.end - a.end);
  const own = put === undefined && newest ? entries.find(({ keyId }) => keyId === keyOf(newest)) : entries[0];
  const broken = versions && brokenIn(newest, name);
  if (broken !== undefined || own === undefined)
    return failed(broken ?? missingFor(newest, name), put ?? putRight, rotationNeeded);
  const expiresOn = new Date(own.end);
  const { verdict, fixes } = judgeCredential({ health: "ok", expiresOn }, limits, put ?? rotateCredential, at);
  const left = own.end <= at ? "ended (AADSTS7000222)" : `${daysText(daysUntil(expiresOn, at))} left`;
  if (put === undefined || own.end <= at) return ofVerdict(verdict, `${own.label}, ${left}`, fixes, rotationNeeded);
  return warning(
    `could not tell which key of the application the vault's ${name} is; the last one to end: ${own.label}, ${left}`,
    byPerson("Test it", ownCommand("status", "--probe")),
  );
}

/** The problem of the vault's secret itself. */
function brokenIn(newest: SecretVersion | undefined, name = ""): string | undefined {
  if (newest === undefined) return `the vault has no secret ${name}`;
  if (!newest.enabled) return `the vault's secret ${name} is disabled`;
  const holdsCertificate = certificateIn(newest.tags) !== undefined;
  if (!isRecordName(name) || holdsCertificate === (credentialKindOf(newest) === "certificate")) return undefined;
  return `the content type of the vault's secret ${name} does not fit its value`;
}

/** The problem of an application without the credential. */
function missingFor(newest: SecretVersion | undefined, name = ""): string {
  const code = newest !== undefined && credentialKindOf(newest) === "certificate" ? "AADSTS700027" : "AADSTS7000215";
  if (newest === undefined || !isRecordName(name)) return `the application has none (${code})`;
  return `the application no longer has the vault's credential ${name} (${code})`;
}

const entriesOf = ({ passwordCredentials, keyCredentials = [] }: Credentials) =>
  [...passwordCredentials, ...keyCredentials].map(({ keyId, displayName, endDateTime }) => ({
    ...{ keyId, label: displayName ?? keyId, end: Date.parse(endDateTime) },
  }));
