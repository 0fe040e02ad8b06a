/** Checks in a refresh what metadata does not show: whether Entra still accepts the stored token. Nothing is stored. */
import { Failure } from "../errors/failure";
import { redeemRefreshToken } from "../oauth/refresh-token";
import type { Vault } from "../vault/secrets";
import type { Health, TokenState } from "./health";
import { readToken } from "./stored-token";
import type { ConsentTarget } from "./target";
import { healthAfter, isFixedBySignIn } from "./verdict";

/** Set by commands that only compare, such as `drift` and `preview`: then no secret's value is read. */
export const metadataOnly = "SECURE_APP_MODEL_METADATA_ONLY";

/** Health values for which redeeming is useful: not expired, as far as metadata shows. */
const worthRedeeming: readonly Health[] = ["ok", "expiring"];

/**
 * Redeems a token once, for Partner Center. Problems that no sign-in fixes (a wrong client secret, an outage, a vault whose values
 * this process may not read) do not change the health of the token.
 * @param notKnown called with the reason if it could not be checked, in whole sentences
 * @returns the health by metadata, or the one that Entra's refusal shows
 */
export async function healthByRedeeming(
  { cloud, refreshTokenName }: Pick<ConsentTarget, "cloud" | "refreshTokenName">,
  vault: Vault,
  { health, version }: TokenState,
  notKnown: (why: string) => void,
): Promise<Health> {
  if (version === undefined || !worthRedeeming.includes(health) || process.env[metadataOnly]) return health;
  try {
    const { application, refreshToken } = await readToken(cloud, vault, refreshTokenName, version.version);
    await redeemRefreshToken(cloud, application, refreshToken, cloud.partnerCenter);
  } catch (error) {
    const refused = isFixedBySignIn(error) ? healthAfter(error) : undefined;
    if (refused !== undefined) return refused;
    if (!(error instanceof Failure)) throw error;
    notKnown(`whether Entra still takes the token is not known: ${error.what} ${error.why ?? ""}`.trimEnd());
  }
  return health;
}
