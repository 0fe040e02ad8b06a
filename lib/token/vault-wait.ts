/** The wait for a vault that was just created, or for a role on it. */
import { retry } from "../azure/retry";
import { now } from "../startup/clock";
import { VaultError } from "../vault/vault-error";

/** Milliseconds that a role assignment on the vault may take until it takes effect. */
const roleWindow = 15 * 60_000;

/** Milliseconds until the name of a new vault resolves. */
const nameWindow = 5 * 60_000;

export interface AwaitedVault {
  vaultUri: string;
  /** Whether the stack makes the vault and assigns the roles on it; otherwise there is nothing to wait for. */
  awaitsRole?: boolean | undefined;
}

/** @param deadline of a role, milliseconds since the epoch @param say prints lines; default: to stderr */
export async function onceRoleActs<T>(
  { vaultUri: uri, awaitsRole }: AwaitedVault,
  attempt: () => Promise<T>,
  say?: (line: string) => void,
  deadline = now() + roleWindow,
): Promise<T> {
  if (awaitsRole !== true) return await attempt();
  const nameDeadline = now() + nameWindow;
  const isName = (error: unknown) => error instanceof VaultError && error.reason === "unresolved";
  const wait = {
    waitsFor: (error: unknown) =>
      isName(error)
        ? `the name of ${uri} to resolve (that of a new vault can take minutes)`
        : "the role assignment on the vault to take effect",
    deadline: (error: unknown) => (isName(error) ? nameDeadline : deadline),
    isRetryable: (error: unknown) => isName(error) || (error instanceof VaultError && error.reason === "no-role"),
    firstPause: 250,
    say,
  };
  return await retry(wait, attempt);
}
