/** Which credentials a vault's valid tokens name, by lists and tags: none of these may be removed. */
import { inOrder } from "../azure/in-order";
import type { Cloud } from "../config/clouds";
import { concurrency, type Credential } from "../config/limits";
import { Failure, pulumi, run } from "../errors/failure";
import { Vault } from "../vault/secrets";
import { consentCommand } from "./command";
import type { AppliedCredential } from "./credential-plan";
import { credentialWords, labelOf, parseReference, versionInUse } from "./credential-reference";
import { ForeignTokenError } from "./errors";
import { judgeVersions } from "./health";
import { lifetimeOf } from "./lifetime";
import { dayIn } from "./periods";
import { areOwn, ownTags, targetOfToken, tenantInName, tokenNames } from "./stored-token";
import { supersededIn } from "./superseded";
import { isKeptBy, tokenTags } from "./tags";
import type { ConsentTarget } from "./target";

/** A token that is enabled and not expired. */
export interface LiveToken {
  name: string;
  tenantId: string;
  /** The credential that its newest version names. */
  named: string;
  /** The valid one: it differs if a delayed writer stored over a publication. */
  published: string;
  /** Whether older versions are still enabled: disabling them was interrupted, or is about to happen. */
  isUnsettled: boolean;
}

/** An application's valid tokens in a vault. @param name of one of them; default all @throws VaultError */
export async function liveTokens(cloud: Cloud, vault: Vault, clientId: string, name?: string): Promise<LiveToken[]> {
  const names = name === undefined ? await tokenNames(vault) : [name];
  const live: LiveToken[] = [];
  const all = inOrder(names, concurrency.default, async (one) => await liveToken(cloud, vault, one, clientId));
  for await (const one of all) if (one !== undefined) live.push(one);
  return live;
}

async function liveToken(cloud: Cloud, vault: Vault, name: string, clientId: string): Promise<LiveToken | undefined> {
  const versions = await vault.listVersions(name);
  const { health, version } = judgeVersions(versions, areOwn(cloud, name), 0);
  const tenantId = tenantInName(name);
  if (version === undefined || health !== "ok" || tenantId === undefined) return undefined;
  const own = ownTags(cloud, name, version.tags);
  if (own instanceof ForeignTokenError || own.application !== clientId) return undefined;
  const target = targetOfToken(cloud, vault.uri, name, own, versions);
  const { clientSecretName: published } = target;
  const isUnsettled = supersededIn(target, versions, version.version).length > 0;
  return { name, tenantId, named: own["client-secret"], published, isUnsettled };
}

interface Asked extends Pick<ConsentTarget, "cloud" | "vaultUri" | "clientId" | "stack" | "refreshTokenName"> {
  /** Whether there may be more than the current and the previous one; if not, only its own token is read. */
  isTurning: boolean;
}

/**
 * @param applied what the stack's last deployment declared @throws VaultError, CredentialError
 * @returns whether a token names a credential; and the one of the stack's own token, if not in `applied`
 */
export async function credentialsInUse(
  asked: Asked,
  applied: readonly AppliedCredential[],
): Promise<{ isInUse: (reference: string) => boolean; published?: Credential }> {
  const { cloud, vaultUri, clientId, refreshTokenName, isTurning } = asked;
  const vault = new Vault(cloud, vaultUri);
  const [own] = await liveTokens(cloud, vault, clientId, refreshTokenName);
  const published = own && (await unknownAs(vault, asked, applied, own.published));
  const isAllKnown = !isTurning && applied.length <= 2 && published === undefined;
  const live = isAllKnown ? [] : await liveTokens(cloud, vault, clientId);
  const names = new Set(live.flatMap((one) => [one.named, one.published]));
  return { isInUse: (reference) => names.has(reference), ...(published && { published }) };
}

/** The credential that a token of the stack names, if an interrupted run created it. */
async function unknownAs(
  vault: Vault,
  { refreshTokenName, stack }: Asked,
  applied: readonly AppliedCredential[],
  named: string,
): Promise<Credential | undefined> {
  if (applied.some(({ reference }) => reference === named)) return undefined;
  const kind = parseReference(named)?.kind;
  const label = await labelOf(vault, named);
  const isKnown = applied.some((one) => one.label === label && one.kind === kind);
  if (label === undefined || dayIn(label) === undefined || isKnown) return undefined;
  // If the secret contains another stack's token, its tags do not apply to this stack.
  const [newest] = await vault.listVersions(refreshTokenName);
  if (!isKeptBy(stack, tokenTags(newest?.tags ?? {})?.stack ?? "")) return undefined;
  if (kind === "certificate") return { kind, label };
  const kept = await versionInUse(vault, named);
  return kept?.expiresOn && { kind: "secret", label, endDate: `${kept.expiresOn.toISOString().slice(0, 19)}Z` };
}

/**
 * Refuses to remove credentials while another valid token of the same application names one.
 * @param unredeemable names of tokens that nothing redeems, whatever their metadata shows
 * @throws Failure with the command that publishes these tokens with the target's credential; VaultError
 */
export async function requireUnused(
  target: ConsentTarget,
  vault: Vault,
  references: readonly string[],
  unredeemable: readonly string[] = [],
): Promise<void> {
  const usable = await Promise.all(references.map(async (one) => ((await isUsable(vault, one)) ? [one] : [])));
  if (usable.flat().length === 0) return;
  const live = await liveTokens(target.cloud, vault, target.clientId);
  const others = live.filter(({ name }) => name !== target.refreshTokenName && !unredeemable.includes(name));
  for (const reference of usable.flat()) {
    const tenants = others.filter(({ named }) => named === reference).map(({ tenantId }) => tenantId);
    if (tenants.length > 0) throw inUse(target, reference, tenants);
  }
}

async function isUsable(vault: Vault, reference: string): Promise<boolean> {
  const { name, version } = parseReference(reference) ?? { name: reference, version: undefined };
  const held = await versionInUse(vault, name, version);
  return held?.enabled === true && lifetimeOf(held.expiresOn, 0) !== "expired";
}

function inUse(target: ConsentTarget, reference: string, tenants: readonly string[]): Failure {
  const [tokens, names, each] =
    tenants.length === 1 ? ["the token of tenant", "names", "it"] : ["the tokens of tenants", "name", "each"];
  return new Failure("client-secret-in-use", {
    what: `The ${credentialWords(reference)} cannot be removed yet: ${tokens} ${tenants.join(", ")} in ${target.vaultUri} ${names} it.`,
    fixes: [
      run(
        `Switch ${each} to the new one without a sign-in, then deploy again`,
        ...tenants.map((tenantId) => consentCommand({ ...target, tenantId, account: undefined })),
        pulumi("up"),
      ),
    ],
  });
}
