import * as v from "valibot";
import { byPerson, consentAnew, Failure, type Fix, ownCommand, type Parts, run, sentence } from "../errors/failure";
import { fullStop } from "../errors/text";

/** A refusal of Partner Center: its own number and message, and the fix. */
export class PartnerCenterError extends Failure {
  constructor(
    readonly status: number,
    /** Partner Center's number; the HTTP status again if there is none. */
    readonly number: number,
    said: Parts,
  ) {
    super("partner-center-refused", said);
  }

  /** Whether the token lacks multi-factor authentication, so that a person must sign in again. */
  get needsMfa(): boolean {
    return this.number === mfaRequired;
  }

  /** Whether every request of this partner is refused, whatever the token, as an indirect reseller's is. */
  get isWithoutAccess(): boolean {
    return this.status === 403 && this.number === accessRefused;
  }
}

/**
 * The number for a partner for whom the API is not open. Microsoft's pages do not show the refusal; reports have this
 * number, or 403 alone (microsoft/Partner-Center-PowerShell, issues 49 and 75). Acceptance check: `partner-center-access`.
 */
const accessRefused = 1002;

/** The number for a delegated call without multi-factor authentication. */
const mfaRequired = 900421;

/** Source: learn.microsoft.com/partner-center/security/partner-security-requirements-mandating-mfa. */
export const partnerCenterNumbers: Readonly<Record<number, { meaning: string; why: string; fixes: readonly Fix[] }>> = {
  [mfaRequired]: {
    meaning: "the access token shows no multi-factor authentication",
    why:
      "Partner Center reads the claim amr of the token. " +
      "The account signed in without a second factor, or with one of another provider that Entra does not pass on.",
    fixes: [run("Consent again, with multi-factor authentication", consentAnew)],
  },
  // Source: learn.microsoft.com/partner-center/developer/set-up-api-access-in-partner-center.
  [accessRefused]: {
    meaning: "Partner Center's API is not open to this partner",
    why: "Partner Center's API is for indirect providers and direct-bill partners. Microsoft gives indirect resellers no access; the token is not at fault.",
    fixes: [
      byPerson("Customers of an indirect reseller", ownCommand("customers", "list", "--from", "graph")),
      sentence("The service account of another partner must be in AdminAgents of the partner tenant."),
    ],
  },
};

export const listCustomers = byPerson("Customers and their tenants", ownCommand("customers", "list"));

const fixOf: Readonly<Record<number, Fix>> = {
  401: byPerson(
    "Check the cloud and its endpoints: the token is for Partner Center of that cloud",
    ownCommand("doctor"),
  ),
  // Source of the roles: learn.microsoft.com/powershell/partnercenter/exchange-online-gdap-app
  403: sentence(
    "The service account must be in AdminAgents of the partner tenant. For a customer it may need a role of the granular relationship " +
      "(GDAP) as well, in a security group with the account: consenting takes Cloud Application Administrator, " +
      "Privileged Role Administrator or Global Administrator.",
  ),
  404: listCustomers,
  429: sentence("Partner Center throttles: try again in a minute."),
};
const otherwise = sentence("Try again; if it stays, ask Microsoft's partner support.");

const code = v.fallback(v.union([v.number(), v.string()]), "");
const description = v.fallback(v.string(), "");
/** The body of a refusal; empty if it came from another server. */
export const refusal = v.fallback(v.object({ code, description }), { code: "", description: "" });

/** @param what the operation, e.g. "Listing the customers" @param wrongRequest the fix for a 400 */
export function partnerCenterError(
  what: string,
  status: number,
  body: unknown,
  wrongRequest: Fix = otherwise,
): PartnerCenterError {
  const { code, description } = v.parse(refusal, body);
  const number = Number(code) || status;
  const said = number === status ? String(status) : `${status}, code ${number}`;
  const known = partnerCenterNumbers[number];
  // Partner Center's own words say only that it refuses.
  const why = number === accessRefused ? known?.why : description === "" ? undefined : fullStop(description);
  return new PartnerCenterError(status, number, {
    what: `${what} was refused: ${said}.`,
    why,
    fixes: known?.fixes ?? [status === 400 ? wrongRequest : (fixOf[status] ?? otherwise)],
  });
}
