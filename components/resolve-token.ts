/** Checks whose token is in a vault before anything is declared: one stack must not take over another's token unnoticed. */
import * as pulumi from "@pulumi/pulumi";
import type { Cloud } from "../lib/config/clouds";
import type { Tags } from "../lib/consent/tags";
import { refreshTokenNameOf } from "../lib/consent/target";
import { Failure } from "../lib/errors/failure";
import { thisStack } from "./partner-consent";
import { addressOf, type PlacedVault } from "./resolve-vault";

interface Settings {
  vault: PlacedVault;
  consent: { takeOverFrom?: string };
}

/**
 * Reads only the tags of the token; a vault that is not created yet has none. If they may not be read, a message is printed, and the consent
 * reads them again before it starts a sign-in.
 * @param settings from resolveVault()
 * @returns the tags of the token's newest version; undefined if there is none, or if they could not be read
 * @throws Failure when the token belongs to another stack and `consent.takeOverFrom` does not name it
 */
export async function resolveToken(cloud: Cloud, tenantId: string, settings: Settings): Promise<Tags | undefined> {
  const { vault, consent } = settings;
  const vaultUri = addressOf(vault);
  if (vaultUri === undefined) return undefined;
  /* eslint-disable @typescript-eslint/no-require-imports -- loaded late: a new stack has no vault to look at */
  const { Vault } = require("../lib/vault/secrets") as typeof import("../lib/vault/secrets");
  const owner = require("../lib/consent/owning-stack") as typeof import("../lib/consent/owning-stack");
  /* eslint-enable @typescript-eslint/no-require-imports */
  const refreshTokenName = refreshTokenNameOf(tenantId);
  const versions = await new Vault(cloud, vaultUri).listVersions(refreshTokenName).catch((error: unknown) => {
    if (error instanceof Failure) return error;
    throw error;
  });
  if (versions instanceof Failure) {
    await pulumi.log.info(`Whose the token in ${vaultUri} is could not be checked: ${versions.what}`);
    return undefined;
  }
  const { takeOverFrom } = consent;
  owner.requireOwningStack(
    { vaultUri, refreshTokenName, stack: thisStack(), takeOverFrom },
    owner.owningStack(cloud, refreshTokenName, versions),
  );
  return versions[0]?.tags;
}
