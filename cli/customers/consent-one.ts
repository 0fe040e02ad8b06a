/** Consenting for one customer, alone or among thousands, and looking at what is consented to there. */
import { type Failure, ownCommand, run } from "../../lib/errors/failure";
import { EntraError } from "../../lib/oauth/aadsts";
import {
  addConsent,
  type ApplicationConsent,
  type ApplicationGrant,
  replaceConsent,
} from "../../lib/partner-center/application-consents";
import type { Finding } from "../report/finding";
import { CustomerConsentError, UnreadConsentError } from "./errors";
import { differenceOf, grantedOnceThere, grantedThere, sentencesOf } from "./granted";
import type { Partner } from "./partner";

export interface ConsentRules {
  /** Whether another consent gives way. */
  replace?: boolean | undefined;
  /** Whether what was made just now is redeemed until it has taken effect; otherwise it is taken for made, and only what was there before is read. */
  waits: boolean;
  /** The options that ask for the same grants again. */
  argv: readonly string[];
}

/** What became of one customer, alone or among thousands. */
export interface CustomerResult {
  /** In a word: consented, already, replaced, different; revoked, absent; ok, wider, ending, lacking. */
  outcome: string;
  /** What a redemption there brings of the resources that were asked for; null where it cannot be read, undefined where nothing was redeemed. */
  granted?: readonly ApplicationGrant[] | null;
  /** What differs from what was asked for, or will, although it works now; the same at each look. */
  findings?: readonly (Finding & { kind: "changed" | "ends" })[];
  /** Why it is not as it was asked for. */
  failure?: Failure;
}

type Outcome = "consented" | "already" | "replaced";

/** @throws PartnerCenterError, HttpFailure where nothing can be said of the consent */
export async function consentFor(
  partner: Partner,
  customer: string,
  wanted: ApplicationConsent,
  { replace = false, waits, argv }: ConsentRules,
): Promise<CustomerResult> {
  const { api, cloud } = partner;
  const { applicationId, grants } = wanted;
  let outcome: Outcome = await addConsent(api, customer, wanted);
  if (outcome === "consented" && !waits) return { outcome };
  try {
    let granted = await grantsAt(partner, customer, grants, outcome === "consented");
    let difference = differenceOf(cloud, grants, granted);
    if (outcome === "already" && replace && difference !== undefined) {
      outcome = await replaceConsent(api, customer, wanted);
      if (!waits) return { outcome };
      granted = await grantsAt(partner, customer, grants, true);
      difference = differenceOf(cloud, grants, granted);
    }
    if (difference === undefined) return { outcome, granted };
    const said = {
      what: `Application ${applicationId} has another consent for customer ${customer}.`,
      why: sentencesOf(difference),
    };
    const anew = run("Replace it", ownCommand("customers", "consent", customer, "--replace", ...argv));
    return {
      outcome: "different",
      granted,
      failure: new CustomerConsentError("customer-consent-different", said, anew),
    };
  } catch (error) {
    if (!(error instanceof EntraError)) throw error;
    const { why, fixes } = error;
    const what = `${consentWords(outcome, customer, applicationId)}, and what it is granted there could not be read: ${error.what}`;
    return { outcome, granted: null, failure: new UnreadConsentError(error, { what, why, fixes }) };
  }
}

/** Starts a sentence. */
export function consentWords(outcome: string, customer: string, applicationId: string): string {
  if (outcome === "consented") return `Application ${applicationId} is consented to for customer ${customer}`;
  if (outcome === "replaced") return `Application ${applicationId} is consented to anew for customer ${customer}`;
  return `Application ${applicationId} was consented to for customer ${customer} before`;
}

/** Whether what is wanted is granted there; more than that breaks nothing, and is reported. @throws EntraError, HttpFailure */
export async function checkFor(
  partner: Partner,
  customer: string,
  { applicationId, grants }: Pick<ApplicationConsent, "applicationId" | "grants">,
  argv: readonly string[],
): Promise<CustomerResult> {
  const granted = await grantsAt(partner, customer, grants);
  const { lacks, hasBesides } = differenceOf(partner.cloud, grants, granted) ?? { lacks: [], hasBesides: [] };
  if (lacks.length === 0) {
    if (hasBesides.length === 0) return { outcome: "ok", granted };
    const what = `The consent there is wider: ${sentencesOf({ lacks, hasBesides })}`;
    return { outcome: "wider", granted, findings: [{ kind: "changed", state: "warning", what }] };
  }
  const what = `Application ${applicationId} lacks a consent for customer ${customer}.`;
  const why = sentencesOf({ lacks, hasBesides: [] });
  const isNone = granted.every(({ scopes }) => scopes.length === 0);
  const anew = ownCommand("customers", "consent", customer, ...(isNone ? [] : ["--replace"]), ...argv);
  const failure = new CustomerConsentError("customer-consent-absent", { what, why }, run("Consent to it there", anew));
  return { outcome: "lacking", granted, failure };
}

/** What a redemption in a customer's tenant brings of these resources; a few customers at a time. @param isNew whether it may take a while to take effect */
async function grantsAt(
  partner: Partner,
  customer: string,
  grants: readonly ApplicationGrant[],
  isNew = false,
): Promise<ApplicationGrant[]> {
  const look = isNew ? grantedOnceThere : grantedThere;
  return await partner.redeeming(() => look(partner.redeemerFor(customer), grants));
}
