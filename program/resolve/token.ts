/** Checks whose token is in a vault: one stack must not take over another's token unnoticed. */
import { isEmpty } from "../../lib/application/recorded";
import type { Tags } from "../../lib/token/tags";
import { refreshTokenNameOf } from "../../lib/token/target";
import { owningStack, requireOwningStack } from "../../lib/token/owning-stack";
import { Failure } from "../../lib/errors/failure";
import { Vault } from "../../lib/vault/secrets";
import { type Look, taggedName } from "./look";
import { tellLost } from "./own";

/** A look with where the model's token is: without a vault, it is still to be made. */
interface TokenPlace extends Look {
  vaultUri: string | undefined;
}

/**
 * Reads only the tags. If it may not, it prints that, and the consent reads them again before a sign-in.
 * @throws Failure when the token belongs to another stack than `takeOverFrom`, or to this one, which has lost its state
 */
export async function resolveToken(
  place: TokenPlace,
  takeOverFrom: string | undefined,
  isAdopting: boolean,
): Promise<Tags | undefined> {
  const { cloud, tenantId, vaultUri, state, log } = place;
  if (vaultUri === undefined) return undefined;
  const refreshTokenName = refreshTokenNameOf(tenantId);
  const versions = await new Vault(cloud, vaultUri).listVersions(refreshTokenName).catch(async (error: unknown) => {
    if (!(error instanceof Failure)) throw error;
    await log.info(`Could not check who owns the token in ${vaultUri}: ${error.what}`);
    return [];
  });
  const asking = { vaultUri, refreshTokenName, stack: taggedName(place), takeOverFrom };
  const owner = owningStack(cloud, refreshTokenName, versions);
  requireOwningStack(asking, owner);
  if (owner?.stack === asking.stack && isEmpty(state.types)) await tellLost(place, vaultUri, isAdopting);
  return versions[0]?.tags;
}
