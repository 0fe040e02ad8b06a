/**
 * Microsoft Graph's refusals of an application by a tenant's policies, by code; the azuread provider passes them on.
 * Sources: users' reports; the page "Restrictions on identifier URIs of Microsoft Entra applications"; of Graph
 * (beta) redirectUriConfiguration and audiencesConfiguration, whose refusals are documented nowhere: their words
 * are recognized by what they are about.
 */
import { byPerson, type Fix, pulumi, sentence, setSetting } from "../errors/failure";
import { replyUrls } from "./reply-urls";

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

/** Graph's words about something that a policy refuses, in any order. */
const byPolicy = (subject: string): RegExp =>
  new RegExp(`^(?=.*${subject})(?=.*\\b(?:assigned|management) policy)`, "isu");

/** @param how its property that the policy refuses to the deployer */
const registered = (how: string): Fix =>
  byPerson(`Or have an application registered ${how}, and use it`, setSetting("existingApplication", "<client id>"));

const urls = Object.values(replyUrls).join(" and ");

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
  /** The restrictions' names: which codes Graph gives is documented nowhere. */
  uriWithBlockedScheme: {
    words: byPolicy("redirect ?ur[il]"),
    meaning: "the tenant's policy forbids a reply URL of the application",
    why: `An application management policy of the tenant limits schemes or domains of reply URLs; the application has ${urls}.`,
    fixes: [
      byPerson(
        `If it forbids ${replyUrls.outOfBand}, leave that out: no flow uses it`,
        setSetting("outOfBandReplyUrl", "false"),
        pulumi("up"),
      ),
      sentence("Whoever manages the tenant's policies exempts these reply URLs (exemptFormats) or the deployer there."),
      registered("that has these reply URLs"),
      look,
      exemptApplication,
    ],
  },
  azureAdMultipleOrgs: {
    words: byPolicy("(?:sign-?in ?)?audience|multi-?tenant"),
    meaning: "the tenant's policy forbids multi-tenant applications",
    why: "An application management policy of the tenant limits sign-in audiences, and customers can consent only to a multi-tenant application.",
    fixes: [
      sentence("Whoever manages the tenant's policies exempts the deployer there (excludeActors)."),
      registered("that is multi-tenant"),
      look,
      exemptApplication,
    ],
  },
};

/** The codes that a text contains, or whose error text it contains. */
export function credentialRefusalsIn(text: string): string[] {
  const isNamed = ([code, { words }]: [string, CredentialRefusal]) => text.includes(code) || words.test(text);
  return Object.entries(credentialRefusals)
    .filter(isNamed)
    .map(([code]) => code);
}
