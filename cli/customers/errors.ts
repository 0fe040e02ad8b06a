import { Failure } from "../../errors/failure";

/** A customer's consent is another one than is needed, or there is none: it has to be made. */
export class CustomerConsentError extends Failure {}
