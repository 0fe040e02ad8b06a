import { kindOf } from "../../errors/failure";

/** A scheduled rotation whose preview holds something else: nobody looked at that. */
export class NotAloneError extends kindOf("rotation-not-alone") {}
