/** Consent and check for one customer. */
import { Failure, ownCommand, run } from "../../lib/errors/failure";
import { grantWait } from "../../lib/token/prove-grants";
import { EntraError } from "../../lib/oauth/aadsts";
import {
  addConsent,
  type ApplicationConsent,
  type ApplicationGrant,
  replaceConsent,
} from "../../lib/partner-center/application-consents";
import type { Finding } from "../report/finding";
import { CustomerError } from "../terminal/exit-code";
import { differenceOf, type EffectWait, grantedAt } from "./granted";
import type { Partner } from "./partner";

export interface CustomerResult {
  /** One word: consented, already, replaced, different; revoked, absent; ok, wider, ending, lacking. */
  outcome: string;
  /** The scopes of a redemption there; null: unreadable; undefined: nothing was redeemed. */
  granted?: readonly ApplicationGrant[] | null;
  /** Differences, present or coming, that fail nothing yet; the same at each look. */
  findings?: readonly (Finding & { kind: "changed" | "ends" })[];
  failure?: Failure;
}

interface Manner {
  replace?: boolean | undefined;
  /** Set for several customers: the wait for an existing consent, which an interrupted run may have made just now; a new one is not waited for. */
  several?: Omit<EffectWait, "isThere"> | undefined;
  /** The options that name the same grants. */
  argv: readonly string[];
}

/** @throws PartnerCenterError, HttpFailure */
export async function consentFor(
  partner: Partner,
  customer: string,
  wanted: ApplicationConsent,
  { replace = false, several, argv }: Manner,
): Promise<CustomerResult> {
  const { api, cloud } = partner;
  const { applicationId, grants } = wanted;
  let outcome: "consented" | "already" | "replaced" = await addConsent(api, customer, wanted);
  try {
    for (;;) {
      const isNew = outcome !== "already";
      if (isNew && several) return { outcome };
      const differs = (found: readonly ApplicationGrant[]) => {
        const { lacks, hasBesides } = differenceOf(cloud, grants, found);
        return `${lacks} ${hasBesides}`.trim();
      };
      const wait: EffectWait | undefined = isNew
        ? { ...grantWait("the consent to take effect"), isThere: (found) => differs(found) === "" }
        : several && { ...several, isThere: (found) => found.some(({ scopes }) => scopes.length > 0) };
      const granted = await grantedAt(partner, customer, grants, wait);
      const why = differs(granted);
      if (why === "") return { outcome, granted };
      if (isNew || !replace) {
        const what = `Customer ${customer} has a different consent to application ${applicationId}.`;
        const anew = run("Replace it", ownCommand("customers", "consent", customer, "--replace", ...argv));
        const failure = new CustomerError("customer-consent-different", { what, why }, anew);
        return { outcome: "different", granted, failure };
      }
      outcome = await replaceConsent(api, customer, wanted);
    }
  } catch (error) {
    if (!(error instanceof EntraError)) throw error;
    const { why, fixes } = error;
    const what = `${consentWords(outcome, customer, applicationId)}, but its permissions there could not be read: ${error.what}`;
    const failure = new Failure("customer-consent-unread", { what, why, fixes, cause: error });
    return { outcome, granted: null, failure };
  }
}

/** @returns the beginning of a sentence */
export function consentWords(outcome: string, customer: string, applicationId: string): string {
  if (outcome === "already") return `Customer ${customer} already had a consent to application ${applicationId}`;
  const again = outcome === "replaced" ? " again" : "";
  return `Consented${again} to application ${applicationId} for customer ${customer}`;
}

/** A wider consent is a finding, not a failure. @throws EntraError, HttpFailure */
export async function checkFor(
  partner: Partner,
  customer: string,
  { applicationId, grants }: Pick<ApplicationConsent, "applicationId" | "grants">,
  argv: readonly string[],
): Promise<CustomerResult> {
  const granted = await grantedAt(partner, customer, grants);
  const { lacks: why, hasBesides } = differenceOf(partner.cloud, grants, granted);
  if (why !== "") {
    const what = `Customer ${customer} lacks a consent to application ${applicationId}.`;
    const replacing = granted.some(({ scopes }) => scopes.length > 0) ? ["--replace"] : [];
    const fix = run("Consent to it there", ownCommand("customers", "consent", customer, ...replacing, ...argv));
    const failure = new CustomerError("customer-consent-absent", { what, why }, fix);
    return { outcome: "lacking", granted, failure };
  }
  if (hasBesides === "") return { outcome: "ok", granted };
  const what = `The consent there is wider: ${hasBesides}`;
  return { outcome: "wider", granted, findings: [{ kind: "changed", state: "warning", what }] };
}
