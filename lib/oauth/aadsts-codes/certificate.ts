/** Refusals of an application's own certificate. Entra uses the same numbers for a workload's token: the meaning depends on the client. */
import { byPerson, ownCommand, pulumi, run, setSetting } from "../../errors/failure";
import { type Entries, entry } from "../remedies";

const putBack = run("Put its public part back on the application", pulumi("up", "--refresh"));

export const certificateCodes: Entries = {
  700027: entry.secret(
    "the application does not have the certificate whose key signed, or that has ended",
    "Somebody took its public part off the application, or it was never there.",
    putBack,
    run("Where it has ended, rotate it", setSetting("credential.label", "<new label>"), pulumi("up")),
  ),
  700024: entry.credential(
    "what the vault signed is not valid now",
    "It is valid for ten minutes by this machine's clock, which is off.",
    byPerson("Put this machine's clock right, then look again", ownCommand("doctor")),
  ),
};
