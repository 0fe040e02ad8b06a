import { Failure, type Fix, type Parts } from "../../lib/errors/failure";

/** A customer's consent differs from the required one, or there is none. */
export class CustomerConsentError extends Failure {}

/** Nobody is meant by what was named, or several are. */
export class CustomerNameError extends Failure {}

/** The consent is there, and what it grants cannot be read. */
export class UnreadConsentError extends Failure {
  constructor(
    /** What a redemption there ended in. */
    readonly refusal: Failure,
    said: Parts,
    ...more: readonly Fix[]
  ) {
    super("customer-consent-unread", said, ...more);
  }
}
