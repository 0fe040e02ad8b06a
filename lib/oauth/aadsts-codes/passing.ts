/** Entra's own faults: by its reference a repetition helps. 90041 is from users' reports. */
import { type Entries, entry } from "../remedies";

export const passingCodes: Entries = {
  50033: entry.passing("a part of Entra failed", "Entra calls it a transient error."),
  90006: entry.passing("a service behind Entra failed", "Entra calls that service temporarily unavailable."),
  90024: entry.passing("a part of Entra took too long", "Entra calls it a transient error."),
  90033: entry.passing("the directory does not answer", "Entra calls it a transient error."),
  90041: entry.passing("a part of Entra failed", "Entra calls it a transient error."),
};
