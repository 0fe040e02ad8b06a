/** Checks whose token is in a vault: one stack must not take over another's token unnoticed. */
import { isEmpty } from "../../lib/application/recorded";
import type { Tags } from "../../lib/token/tags";
import { refreshTokenNameOf } from "../../lib/token/target";
import { owningStack, requireOwningStack } from "../../lib/token/owning-stack";
import { Failure } from "../../lib/errors/failure";
import { Vault } from "../../lib/vault/secrets";
import { type Look, taggedName } from "./look";
import { tellLost } from "./own";

/** A look with the place of the model's token; without a vault URI the vault does not exist yet. */
interface TokenPlace extends Look {
  vaultUri: string | undefined;
}

/**
 * Reads only the tags. If they may not be read, that is printed, and the consent reads them again before a sign-in.
 * @throws Failure if the token belongs to a stack other than `takeOverFrom`, or to this stack and its state is lost
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
