/** The wait for a vault that was just created, or for a role on it. */
import type { Retry } from "../azure/retry";
import { now } from "../startup/clock";
import { VaultError } from "../vault/vault-error";

/** Milliseconds that a role assignment on the vault may take until it takes effect. */
export const roleWindow = 15 * 60_000;

/** Milliseconds until the name of a new vault resolves. */
const nameWindow = 5 * 60_000;

/** @param deadline of a role, milliseconds since the epoch @param say prints lines; default: to stderr */
export function vaultWait(uri: string, deadline = now() + roleWindow, say?: (line: string) => void): Retry {
  const nameDeadline = now() + nameWindow;
  const isName = (error: unknown) => error instanceof VaultError && error.reason === "unresolved";
  return {
    waitsFor: (error) =>
      isName(error)
        ? `the name of ${uri} to resolve (that of a new vault can take minutes)`
        : "the role assignment on the vault to take effect",
    deadline: (error) => (isName(error) ? nameDeadline : deadline),
    isRetryable: (error) => isName(error) || (error instanceof VaultError && error.reason === "no-role"),
    firstPause: 250,
    say,
  };
}
