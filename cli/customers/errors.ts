import { Failure } from "../../errors/failure";

/** A customer's consent differs from the required one, or there is none. */
export class CustomerConsentError extends Failure {}
