/**
 * Microsoft Graph's refusals of a credential or identifier URI by code, which the azuread provider passes on.
 * Sources: users' reports; the page "Restrictions on identifier URIs of Microsoft Entra applications".
 */
import { byPerson, type Fix, pulumi, sentence, setSetting } from "../errors/failure";

export interface CredentialRefusal {
  /** Graph's error text, for callers that received only the text. */
  words: RegExp;
  meaning: string;
  why: string;
  fixes: readonly Fix[];
}

const look = sentence(
  "See what they allow in the Microsoft Entra admin center: Enterprise apps, Application policies.",
);

/** The alternative where no setting fits the policy. */
const exemptApplication = sentence(
  "Whoever manages the tenant's policies can give this application its own: https://learn.microsoft.com/entra/identity/enterprise-apps/configure-app-management-policies.",
);

/** The alternative if the policy forbids our identifier URIs: an adopted application gets none. */
const otherApplication = byPerson(
  "Whoever manages the tenant's policies sets excludeAppsReceivingV2Tokens there, or exempts the deployer. Or have an application registered, which needs no such URI, and use it",
  setSetting("existingApplication", "<client id>"),
);

export const credentialRefusals: Readonly<Record<string, CredentialRefusal>> = {
  CredentialTypeNotAllowedAsPerAppPolicy: {
    words: /credential type not allowed as per assigned policy/iu,
    meaning: "the tenant's policy forbids this kind of credential",
    why: "An application management policy of the tenant forbids new client secrets, or certificates that no authority of the tenant's signed.",
    fixes: [
      byPerson(
        "If it was a client secret, use a certificate, whose key stays in the vault",
        setSetting("credential.kind", "certificate"),
        pulumi("up"),
      ),
      look,
      exemptApplication,
    ],
  },
  CredentialInvalidLifetimeAsPerAppPolicy: {
    words: /credential lifetime exceeds the max value allowed as per assigned policy/iu,
    meaning: "the tenant's policy allows this kind of credential only for a shorter time",
    why: "An application management policy of the tenant limits how long client secrets and certificates may be valid.",
    fixes: [
      byPerson("Make it valid for fewer months", setSetting("credential.validityMonths", "<months>"), pulumi("up")),
      byPerson("With a calendar, rotate more often too", setSetting("credential.rotateEvery", "<days>d"), pulumi("up")),
      look,
      exemptApplication,
    ],
  },
  /** The restriction's name: Graph's code for it is not documented, its text is. */
  nonDefaultUriAddition: {
    words: /newly added URI .{1,300} must comply with the format 'api:\/\/\{appId\}'/iu,
    meaning: "the tenant's policy forbids the application's identifier URI",
    why: "An application management policy of the tenant allows only api://<client id>, also for applications that receive tokens of version 2.",
    fixes: [otherApplication, look, exemptApplication],
  },
};

/** The codes that a text contains, or whose error text it contains. */
export function credentialRefusalsIn(text: string): string[] {
  const isNamed = ([code, { words }]: [string, CredentialRefusal]) => text.includes(code) || words.test(text);
  return Object.entries(credentialRefusals)
    .filter(isNamed)
    .map(([code]) => code);
}
