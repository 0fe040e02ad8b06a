import { Failure, type Parts } from "../errors/failure";

/** What Partner Center refused: its own number and words, and what to do. */
export class PartnerCenterError extends Failure {
  override readonly name = "PartnerCenterError";
  constructor(
    /** HTTP status. */
    readonly status: number,
    /** Partner Center's number; the HTTP status again where it has none. */
    readonly number: number,
    parts: Parts | string,
  ) {
    super("partner-center-refused", parts);
  }

  /** The token shows no multi-factor authentication: a person has to sign in again. */
  get needsMfa(): boolean {
    return this.number === mfaRequired;
  }
}

/** Partner Center's number for a delegated call without multi-factor authentication. */
const mfaRequired = 900421;

const fixes: Readonly<Record<number, string>> = {
  401: "Check the cloud and its endpoints: the token is for Partner Center of that cloud (--cloud, --endpoints).",
  403: "The service account has to be in AdminAgents of the partner tenant, or the customer's relationship does not allow it.",
  404: "Customers and their tenants: secure-app-model customers list",
  429: "Partner Center throttles: try again in a minute.",
};

/** @param what what was being done, e.g. "Listing the customers" */
export function partnerCenterError(what: string, status: number, body: unknown): PartnerCenterError {
  const { code, description } = (body ?? {}) as { code?: unknown; description?: unknown };
  const number = typeof code === "number" || typeof code === "string" ? Number(code) || status : status;
  const fix =
    number === mfaRequired
      ? "Consent again, with multi-factor authentication: secure-app-model consent --force"
      : (fixes[status] ?? "Try again; if it stays, ask Microsoft's partner support.");
  const words = typeof description === "string" && description !== "" ? ` ${description.replace(/\.?$/u, ".")}` : "";
  const said = number === status ? String(status) : `${status}, code ${number}`;
  return new PartnerCenterError(status, number, `${what} was refused: ${said}.${words} ${fix}`);
}
