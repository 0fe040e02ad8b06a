/** What became of one customer, alone or among thousands. */
import type { Failure } from "../../lib/errors/failure";
import type { ApplicationGrant } from "../../lib/partner-center/application-consents";

export interface Finding {
  kind: "changed" | "ends";
  /** Whole sentences; the same at each look. */
  text: string;
}

export interface Verdict {
  /** In a word: consented, already, replaced, different; revoked, absent; ok, wider, ending, lacking. */
  outcome: string;
  /** What a redemption there brings of the resources that were asked for; null where it cannot be read, undefined where nothing was redeemed. */
  granted?: readonly ApplicationGrant[] | null;
  /** What differs from what was asked for, or will, although it works now. */
  findings?: readonly Finding[];
  /** Why it is not as it was asked for. */
  failure?: Failure;
}
