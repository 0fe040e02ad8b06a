/** Checks whose token is in a vault: one stack must not take over another's token unnoticed. */
import * as pulumi from "@pulumi/pulumi";
import type { Tags } from "../lib/consent/tags";
import { refreshTokenNameOf } from "../lib/consent/target";
import { owningStack, requireOwningStack } from "../lib/consent/owning-stack";
import { Failure } from "../lib/errors/failure";
import { Vault } from "../lib/vault/secrets";
import { thisStack } from "./partner-consent";
import type { TokenPlace } from "./resolve-model";

/**
 * Reads only the tags. If it may not, it prints that, and the consent reads them again before a sign-in.
 * @throws Failure when the token belongs to another stack than `takeOverFrom`
 */
export async function resolveToken(
  { cloud, tenantId, vaultUri }: TokenPlace,
  takeOverFrom: string | undefined,
): Promise<Tags | undefined> {
  if (vaultUri === undefined) return undefined;
  const refreshTokenName = refreshTokenNameOf(tenantId);
  const versions = await new Vault(cloud, vaultUri).listVersions(refreshTokenName).catch(async (error: unknown) => {
    if (!(error instanceof Failure)) throw error;
    await pulumi.log.info(`Could not check who owns the token in ${vaultUri}: ${error.what}`);
    return [];
  });
  const asking = { vaultUri, refreshTokenName, stack: thisStack(), takeOverFrom };
  requireOwningStack(asking, owningStack(cloud, refreshTokenName, versions));
  return versions[0]?.tags;
}
