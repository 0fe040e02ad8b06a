/** Whether there is a Key Vault behind a URI, asked without signing in: every vault answers first of all who may sign in to it. */
import { type Cloud, vaultOriginIn } from "../config/clouds";
import { Failure } from "../errors/failure";
import { az, run } from "../errors/fix";

const timeoutMilliseconds = 20_000;

/**
 * @returns false when nothing answers: a vault may be reachable from elsewhere alone
 * @throws Failure when the URI is of another cloud, or what answers is no Key Vault
 */
export async function requireVault(cloud: Cloud, vaultUri: string): Promise<boolean> {
  const origin = vaultOriginIn(cloud, vaultUri);
  const response = await fetch(`${origin}/secrets?api-version=7.4`, {
    redirect: "manual",
    signal: AbortSignal.timeout(timeoutMilliseconds),
  }).catch(() => undefined);
  if (response === undefined) return false;
  await response.body?.cancel();
  const challenge = response.headers.get("www-authenticate") ?? "";
  if (response.status === 401 && /^Bearer\b.*\bauthorization="https:.*\bresource="https:/u.test(challenge)) return true;
  throw new Failure("vault-none", {
    what: `${origin} answers, but is no Key Vault: it asks for no sign-in as a vault does (status ${response.status}).`,
    fixes: [
      run(
        "Give the URI that this prints",
        az("keyvault", "show", "--name", "<vault name>", "--query", "properties.vaultUri"),
      ),
    ],
  });
}
