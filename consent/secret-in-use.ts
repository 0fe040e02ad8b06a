/** Whether a credential may go: tokens of other tenants in the same vault are redeemed with it too. */
import { Failure, pulumi, run } from "../errors/failure";
import type { Vault } from "../vault/secrets";
import { consentCommand } from "./command";
import { credentialWords, parseReference } from "./credential-reference";
import { judgeVersions } from "./health";
import { lifetimeOf } from "./lifetime";
import { areOwn, ownTags, tenantInName, tokenNames } from "./stored-token";
import { ForeignTokenError } from "./errors";
import type { ConsentTarget } from "./target";

/**
 * Refuses to let a credential go that a live token of the same application names, other than the target's own.
 * One that has ended, or is disabled or gone, redeems nothing any more.
 * @param reference of the credential
 * @throws Failure with what publishes these tokens with the target's credential; VaultError
 */
export async function requireUnused(target: ConsentTarget, vault: Vault, reference: string): Promise<void> {
  const held = await versionOf(vault, reference);
  if (!held?.enabled || lifetimeOf(held.expiresOn, 0) === "expired") return;
  const names = (await tokenNames(vault)).filter((name) => name !== target.refreshTokenName);
  const using = await Promise.all(names.map(async (name) => ((await isRedeemedWith(name)) ? [name] : [])));
  const tenants = using.flat().flatMap((name) => tenantInName(name) ?? []);
  if (tenants.length === 0) return;
  const tokens = tenants.length === 1 ? "the token of tenant" : "the tokens of tenants";
  throw new Failure("client-secret-in-use", {
    what: `The ${credentialWords(reference)} cannot be taken out yet: ${tokens} ${tenants.join(", ")} in ${target.vaultUri} ${tenants.length === 1 ? "names" : "name"} it.`,
    fixes: [
      run(
        `Publish ${tenants.length === 1 ? "it" : "each"} with the new one, which takes no sign-in, then deploy again`,
        ...tenants.map((tenantId) => consentCommand({ ...target, tenantId, account: undefined })),
        pulumi("up"),
      ),
    ],
  });

  async function isRedeemedWith(name: string): Promise<boolean> {
    const { health, version } = judgeVersions(await vault.listVersions(name), areOwn(target.cloud, name), 0);
    if (version === undefined || health !== "ok") return false;
    const own = ownTags(target.cloud, name, version.tags);
    if (own instanceof ForeignTokenError || own.application !== target.clientId) return false;
    return own["client-secret"] === reference;
  }
}

async function versionOf(
  vault: Vault,
  reference: string,
): Promise<{ enabled: boolean; expiresOn: Date | undefined } | undefined> {
  const found = parseReference(reference);
  if (found?.kind === "certificate") return await vault.certificates.find(found.name, found.version);
  return (await vault.listVersions(reference))[0];
}
