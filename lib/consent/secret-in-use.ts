/** Whether a credential may be removed: tokens of other tenants in the same vault may be redeemed with it too. */
import { inOrder } from "../azure/in-order";
import { concurrency } from "../config/limits";
import { Failure, pulumi, run } from "../errors/failure";
import type { Cloud } from "../config/clouds";
import type { Vault } from "../vault/secrets";
import { consentCommand } from "./command";
import { credentialWords, parseReference } from "./credential-reference";
import { judgeVersions } from "./health";
import { lifetimeOf } from "./lifetime";
import { supersededIn } from "./superseded";
import { areOwn, ownTags, targetOfToken, tenantInName, tokenNames } from "./stored-token";
import { ForeignTokenError } from "./errors";
import type { ConsentTarget } from "./target";

/** A token that is enabled and not expired. */
export interface LiveToken {
  name: string;
  tenantId: string;
  /** The client secret that its newest version names. */
  named: string;
  /** The valid one: it differs if a delayed writer stored over a publication. */
  published: string;
  /** Whether versions before its newest are still enabled: the writer was killed before it disabled them, or is about to do so. */
  isUnsettled: boolean;
}

/** The valid tokens of an application in a vault, from its lists only. @param name of one of them; default all @throws VaultError */
export async function liveTokens(cloud: Cloud, vault: Vault, clientId: string, name?: string): Promise<LiveToken[]> {
  const names = name === undefined ? await tokenNames(vault) : [name];
  const live: LiveToken[] = [];
  const all = inOrder(names, concurrency.default, async (one) => await liveToken(cloud, vault, one, clientId));
  for await (const one of all) live.push(...one);
  return live;
}

async function liveToken(cloud: Cloud, vault: Vault, name: string, clientId: string): Promise<LiveToken[]> {
  const versions = await vault.listVersions(name);
  const { health, version } = judgeVersions(versions, areOwn(cloud, name), 0);
  const tenantId = tenantInName(name);
  if (version === undefined || health !== "ok" || tenantId === undefined) return [];
  const own = ownTags(cloud, name, version.tags);
  if (own instanceof ForeignTokenError || own.application !== clientId) return [];
  const target = targetOfToken(cloud, vault.uri, name, own, versions);
  const { clientSecretName: published } = target;
  const isUnsettled = supersededIn(target, versions, version.version).length > 0;
  return [{ name, tenantId, named: own["client-secret"], published, isUnsettled }];
}

/**
 * Refuses to remove credentials while a valid token of the same application names one, other than the target's own token.
 * A token that is expired, disabled or deleted no longer needs its credential.
 * @param references of the credentials
 * @param unredeemable names of tokens that nothing redeems, whatever their metadata shows
 * @throws Failure with the command that publishes these tokens with the target's credential; VaultError
 */
export async function requireUnused(
  target: ConsentTarget,
  vault: Vault,
  references: readonly string[],
  unredeemable: readonly string[] = [],
): Promise<void> {
  const held = await Promise.all(references.map(async (one) => ((await isUsable(vault, one)) ? [one] : [])));
  if (held.flat().length === 0) return;
  const live = await liveTokens(target.cloud, vault, target.clientId);
  const others = live.filter(({ name }) => name !== target.refreshTokenName && !unredeemable.includes(name));
  for (const reference of held.flat()) {
    const tenants = others.filter(({ named }) => named === reference).map(({ tenantId }) => tenantId);
    if (tenants.length > 0) throw inUse(target, reference, tenants);
  }
}

function inUse(target: ConsentTarget, reference: string, tenants: readonly string[]): Failure {
  const tokens = tenants.length === 1 ? "the token of tenant" : "the tokens of tenants";
  return new Failure("client-secret-in-use", {
    what: `The ${credentialWords(reference)} cannot be taken out yet: ${tokens} ${tenants.join(", ")} in ${target.vaultUri} ${tenants.length === 1 ? "names" : "name"} it.`,
    fixes: [
      run(
        `Publish ${tenants.length === 1 ? "it" : "each"} with the new one, which takes no sign-in, then deploy again`,
        ...tenants.map((tenantId) => consentCommand({ ...target, tenantId, account: undefined })),
        pulumi("up"),
      ),
    ],
  });
}

async function isUsable(vault: Vault, reference: string): Promise<boolean> {
  const held = await versionOf(vault, reference);
  return held?.enabled === true && lifetimeOf(held.expiresOn, 0) !== "expired";
}

async function versionOf(
  vault: Vault,
  reference: string,
): Promise<{ enabled: boolean; expiresOn: Date | undefined } | undefined> {
  const found = parseReference(reference);
  if (found?.kind === "certificate") return await vault.certificates.find(found.name, found.version);
  return (await vault.listVersions(reference))[0];
}
