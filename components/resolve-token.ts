/** Checks whose token is in a vault: one stack must not take over another's token unnoticed. */
import * as pulumi from "@pulumi/pulumi";
import { isEmpty } from "../lib/application/recorded";
import type { Tags } from "../lib/consent/tags";
import { refreshTokenNameOf } from "../lib/consent/target";
import { owningStack, requireOwningStack } from "../lib/consent/owning-stack";
import { Failure } from "../lib/errors/failure";
import { Vault } from "../lib/vault/secrets";
import type { OwnState } from "./own-state";
import { thisStack } from "./partner-consent";
import type { TokenPlace } from "./resolve-model";
import { tellLost } from "./resolve-own";

/**
 * Reads only the tags. If it may not, it prints that, and the consent reads them again before a sign-in.
 * @throws Failure when the token belongs to another stack than `takeOverFrom`, or to this one, which has lost its state
 */
export async function resolveToken(
  { cloud, tenantId, vaultUri }: TokenPlace,
  takeOverFrom: string | undefined,
  state: OwnState,
  isAdopting: boolean,
): Promise<Tags | undefined> {
  if (vaultUri === undefined) return undefined;
  const refreshTokenName = refreshTokenNameOf(tenantId);
  const versions = await new Vault(cloud, vaultUri).listVersions(refreshTokenName).catch(async (error: unknown) => {
    if (!(error instanceof Failure)) throw error;
    await pulumi.log.info(`Could not check who owns the token in ${vaultUri}: ${error.what}`);
    return [];
  });
  const asking = { vaultUri, refreshTokenName, stack: thisStack(), takeOverFrom };
  const owner = owningStack(cloud, refreshTokenName, versions);
  requireOwningStack(asking, owner);
  if (owner?.stack === asking.stack && isEmpty(state.types)) await tellLost(vaultUri, isAdopting);
  return versions[0]?.tags;
}
