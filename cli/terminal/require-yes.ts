/** Asks for confirmation before something is changed. */
import { again, run } from "../../lib/errors/failure";
import { ask, canAsk } from "./ask";
import { UsageError } from "./exit-code";

/** @param what "take back the consent to …"; default: what was printed @throws UsageError without a yes */
export async function requireYes(yes: boolean | undefined, what?: string): Promise<void> {
  if (yes) return;
  const agree = run("Confirm with --yes", again("--yes"));
  if (!canAsk())
    throw new UsageError(
      `No terminal to confirm at${what === undefined ? "" : `, so this was not done: ${what}`}.`,
      agree,
    );
  const about = what === undefined ? "" : `About to ${what}. `;
  const answer = await ask(`${about}Type yes to continue: `);
  if (answer?.toLowerCase() === "yes") return;
  throw new UsageError("Nothing was done: it was not confirmed.", agree);
}
