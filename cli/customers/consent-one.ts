/** Consent and check for one customer. */
import { loopback } from "../../lib/application/reply-urls";
import { audienceOf } from "../../lib/config/clouds";
import { az, byPerson, Failure, type Fix, ownCommand, run } from "../../lib/errors/failure";
import { adminConsentUrl } from "../../lib/oauth/admin-consent";
import { grantedInBrowser } from "../../lib/oauth/remedies";
import { grantWait, namesOf } from "../../lib/token/prove-grants";
import { lastingRedeemerOf, type Redeem } from "../../lib/token/redeem";
import { EntraError } from "../../lib/oauth/aadsts";
import {
  addConsent,
  type ApplicationConsent,
  type ApplicationGrant,
  removeConsent,
  replaceConsent,
} from "../../lib/partner-center/application-consents";
import { PartnerCenterError } from "../../lib/partner-center/errors";
import { nameOf } from "../redemption/resources";
import type { Finding } from "../report/finding";
import { CustomerError } from "../terminal/exit-code";
import { differenceOf, type EffectWait, grantedAt } from "./granted";
import { declaredBy } from "./grants";
import type { Partner } from "./partner";
import { isWithoutAccess, requireCustomerInGraph } from "./source";

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
  const refused = orByAdministrator(partner, customer, () => fixesByAddress(partner, customer, wanted, argv));
  let outcome: "consented" | "already" | "replaced" = await addConsent(api, customer, wanted).catch(refused);
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

/** @throws PartnerCenterError, HttpFailure */
export async function revokeFor(partner: Partner, customer: string): Promise<CustomerResult> {
  const { api, applicationId } = partner;
  const removing = byPerson(
    `An administrator of customer ${customer} removes the application, and its consent with it, from that tenant`,
    az("login", "--tenant", customer, "--allow-no-subscriptions"),
    az("ad", "sp", "delete", "--id", applicationId),
  );
  const refused = orByAdministrator(partner, customer, () => [removing]);
  return { outcome: await removeConsent(api, customer, applicationId).catch(refused) };
}

/** @param fixes the customer's administrator's, where Partner Center's API is not open to the partner */
const orByAdministrator =
  (partner: Partner, customer: string, fixes: () => readonly Fix[]) =>
  async (error: unknown): Promise<never> => {
    if (!(error instanceof PartnerCenterError) || !error.isWithoutAccess) throw error;
    const doubt = await requireCustomerInGraph(partner, customer);
    const { status, number, what, why } = error;
    const whole = [why, doubt].filter(Boolean).join(" ");
    throw new PartnerCenterError(status, number, { what, why: whole, fixes: fixes() });
  };

/** Entra's page for a tenant's administrator, one for each resource, in place of Partner Center's consent. */
function fixesByAddress(
  { cloud }: Partner,
  customer: string,
  { applicationId: clientId, grants }: Pick<ApplicationConsent, "applicationId" | "grants">,
  argv: readonly string[],
): Fix[] {
  const asked = { tenantId: customer, clientId, redirectUri: loopback };
  const fixes = grants.map(({ resourceAppId, scopes }) => {
    const audience = audienceOf(cloud, resourceAppId);
    const scope = scopes.map((one) => `${audience}/${one}`).join(" ");
    const names = namesOf([{ resource: nameOf(cloud, resourceAppId) ?? resourceAppId, scopes: [...scopes] }]);
    return grantedInBrowser(
      `An administrator of customer ${customer}`,
      names,
      adminConsentUrl(cloud, asked, { scope }),
    );
  });
  const looking = byPerson("See whether it holds", ownCommand("customers", "check", customer, ...argv));
  return [...fixes, looking];
}

/** Redeems for `exec`: once Partner Center refused, a consent that is missing is fixed as one that failed. */
export function redeemerFor(partner: Partner): Redeem {
  const { cloud, stored, applicationId } = partner;
  const redeem = lastingRedeemerOf(partner, stored);
  return (resource, tenantId = stored.tags.tenant) =>
    redeem(resource, tenantId).catch(async (error: unknown) => {
      const { grants } = await declaredBy({});
      const isUsual = grants.some(({ resourceAppId }) => audienceOf(cloud, resourceAppId) === resource);
      if (!isUsual || !isConsentMissing(error) || !(await isWithoutAccess(partner))) throw error;
      const { error: refusal, aadsts, remedy, what, why } = error;
      const fixes = fixesByAddress(partner, tenantId, { applicationId, grants }, []);
      throw new EntraError(refusal, aadsts, remedy, { what, why, fixes });
    });
}

const isConsentMissing = (error: unknown): error is EntraError =>
  error instanceof EntraError && error.remedy === "customer-consent";

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
    const fixes = (await isWithoutAccess(partner))
      ? fixesByAddress(partner, customer, { applicationId, grants }, argv)
      : [run("Consent to it there", ownCommand("customers", "consent", customer, ...replacing, ...argv))];
    const failure = new CustomerError("customer-consent-absent", { what, why }, ...fixes);
    return { outcome: "lacking", granted, failure };
  }
  if (hasBesides === "") return { outcome: "ok", granted };
  const what = `The consent there is wider: ${hasBesides}`;
  return { outcome: "wider", granted, findings: [{ kind: "changed", state: "warning", what }] };
}
