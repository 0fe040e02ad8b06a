import { kindOf } from "../../lib/errors/failure";

/** A scheduled rotation whose preview contains other changes, which nobody has reviewed. */
export class NotAloneError extends kindOf("rotation-not-alone") {}
