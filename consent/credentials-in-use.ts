/** Which credentials of a stack the tokens of its vault name, before anything is declared: by lists and tags, no value is read. */
import type { Cloud } from "../config/clouds";
import { Vault } from "../vault/secrets";
import { type AppliedCredential, type DeclaredCredential, credentialKindOf } from "./credential-plan";
import { labelOf } from "./credential-label";
import { parseReference } from "./credential-reference";
import { dayIn } from "./periods";
import { liveTokens } from "./secret-in-use";
import { isKeptBy, tokenTags } from "./tags";

export interface CredentialsInUse {
  isInUse: (reference: string) => boolean;
  /** The one that the stack's own token names, where the stack's last deployment does not know it. */
  published?: DeclaredCredential;
}

interface Asked {
  cloud: Cloud;
  vaultUri: string;
  clientId: string;
  /** Of the stack's own token. */
  refreshTokenName: string;
  stack: string;
  /** Whether more than the current credential and the previous one may be there; where not, no other token is looked at. */
  isTurning: boolean;
}

/** @param applied what the stack's last deployment declared @throws VaultError, CredentialError */
export async function credentialsInUse(asked: Asked, applied: readonly AppliedCredential[]): Promise<CredentialsInUse> {
  const { cloud, vaultUri, clientId, refreshTokenName, isTurning } = asked;
  const vault = new Vault(cloud, vaultUri);
  const [own] = await liveTokens(cloud, vault, clientId, refreshTokenName);
  const published = own && (await unknownAs(vault, asked, applied, own.published));
  const isAllKnown = !isTurning && applied.length <= 2 && published === undefined;
  const live = isAllKnown ? [] : await liveTokens(cloud, vault, clientId);
  const names = new Set(live.flatMap((one) => [one.named, one.published]));
  return { isInUse: (reference) => names.has(reference), ...(published && { published }) };
}

/** The credential that a token of the stack names, where a run that was cut off has made it. */
async function unknownAs(
  vault: Vault,
  { refreshTokenName, stack }: Asked,
  applied: readonly AppliedCredential[],
  named: string,
): Promise<DeclaredCredential | undefined> {
  if (applied.some(({ reference }) => reference === named)) return undefined;
  const kind = parseReference(named)?.kind;
  const label = await labelOf(vault, named);
  const isKnown = applied.some((one) => one.label === label && credentialKindOf(one) === kind);
  if (label === undefined || dayIn(label) === undefined || isKnown) return undefined;
  // Another stack's token, in the place of this one's, says nothing of this one.
  const [newest] = await vault.listVersions(refreshTokenName);
  if (!isKeptBy(stack, tokenTags(newest?.tags ?? {})?.stack ?? "")) return undefined;
  if (kind === "certificate") return { kind, label };
  const [kept] = await vault.listVersions(named);
  return kept?.expiresOn && { label, endDate: `${kept.expiresOn.toISOString().slice(0, 19)}Z` };
}
