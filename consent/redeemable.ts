/** What a refresh can know of a stored token beyond its metadata: whether Entra still takes it. Nothing is stored. */
import { Failure } from "../errors/failure";
import { redeemRefreshToken } from "../oauth/refresh-token";
import type { Vault } from "../vault/secrets";
import type { Health, TokenState } from "./health";
import { readToken } from "./stored-token";
import type { ConsentTarget } from "./target";
import { healthAfter, isFixedBySignIn } from "./verdict";

/** Set by what compares and nothing else, as `drift` and `preview` do: then no secret's value is read. */
export const metadataOnly = "SECURE_APP_MODEL_METADATA_ONLY";

/** What may still be redeemed by its metadata, and is not known to have ended. */
const worthRedeeming: readonly Health[] = ["ok", "expiring"];

/**
 * Redeems a token once, for Partner Center. What no sign-in would fix (a client secret that is wrong, an outage, a vault that this
 * process may not read values of) is no health of the token.
 * @param notKnown told why it could not be looked at, in whole sentences
 * @returns the health by metadata, or what the refusal makes of it
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
