/** Where Partner Center's own number is not publicly known, `code` repeats the HTTP status. */
export class PartnerCenterError extends Error {
  constructor(
    readonly status: 400 | 401 | 403 | 404 | 409 | 415 | 429 | 501,
    description: string,
    readonly code: number = status,
    /** Seconds that the caller must wait. */
    readonly retryAfter?: number,
  ) {
    super(description);
  }

  body(): Record<string, unknown> {
    return { code: this.code, description: this.message, data: [], source: "PartnerFD" };
  }
}

/** Partner Center's number for a delegated call without a second factor. */
export const mfaRequired = (): PartnerCenterError =>
  new PartnerCenterError(401, "The access token shows no multi-factor authentication: sign in again with it.", 900421);

/**
 * Documented: an indirect reseller has no access (https://learn.microsoft.com/partner-center/developer/set-up-api-access-in-partner-center).
 * Unverified: number and words, which are those of reports (microsoft/Partner-Center-PowerShell, issues 49 and 75).
 */
export const noAccess = (): PartnerCenterError => new PartnerCenterError(403, "Authorization Failed", 1002);

export const tooMany = (perSecond: number, retryAfter: number): PartnerCenterError =>
  new PartnerCenterError(429, `More than ${perSecond} requests a second of one application.`, 429, retryAfter);
