/** The certificate that the stored token names: whether its key may sign, whether the application trusts it, and when it expires. */
import { type Application, thumbprintOf, thumbprintOfCertificate } from "../../../lib/application/applications";
import { failBeforeDays, warnBeforeDays } from "../../../lib/config/limits";
import type { CertificateReference } from "../../../lib/consent/credential-reference";
import { daysText, daysUntil } from "../../../lib/consent/lifetime";
import { judgeClientSecret, rotateCredential } from "../../../lib/consent/verdict";
import { byPerson, pulumi, sentence } from "../../../lib/errors/failure";
import { now } from "../../../lib/startup/clock";
import type { Certificate } from "../../../lib/vault/certificates";
import { exitCodes } from "../../terminal/exit-code";
import { failed, type Finding, ofVerdict } from "../check";

const limits = { warnDays: warnBeforeDays.default, failDays: failBeforeDays.default };

const makeGood = byPerson(
  "Find out who did that; then have it made good, or another one made",
  pulumi("up", "--refresh"),
);

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
  const { rotationNeeded } = exitCodes;
  if (held === undefined) return failed(`the vault no longer has the certificate ${name}`, makeGood, rotationNeeded);
  if (held === null) return failed(`could not tell: the vault's certificate ${name} could not be checked`, mayLook);
  if (!held.enabled)
    return failed(`the vault's certificate ${name} is disabled, so nobody gets a token`, makeGood, rotationNeeded);
  const thumbprint = thumbprintOfCertificate(held.cer);
  const trusted = (application?.keyCredentials ?? []).some((one) => thumbprintOf(one) === thumbprint);
  if (!trusted)
    return failed(`the application no longer has the certificate ${name} (AADSTS700027)`, makeGood, rotationNeeded);
  const { expiresOn } = held;
  const { verdict, fixes } = judgeClientSecret({ health: "ok", expiresOn }, limits, rotateCredential, at);
  const end = expiresOn?.getTime() ?? 0;
  const left = end <= at ? "ended (AADSTS700027)" : `${daysText(daysUntil(new Date(end), at))} left`;
  return ofVerdict(verdict, `certificate ${name}, ${left}`, fixes, rotationNeeded);
}

const mayLook = sentence("Ask for the role Key Vault Reader on the vault.");
