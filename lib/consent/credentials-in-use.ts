/** Which credentials of a stack the tokens in its vault name, before anything is declared: from lists and tags, without reading a value. */
import type { Cloud } from "../config/clouds";
import type { Credential } from "../config/limits";
import { Vault } from "../vault/secrets";
import type { AppliedCredential } from "./credential-plan";
import { labelOf } from "./credential-label";
import { parseReference } from "./credential-reference";
import { dayIn } from "./periods";
import { liveTokens } from "./secret-in-use";
import { isKeptBy, tokenTags } from "./tags";

export interface CredentialsInUse {
  isInUse: (reference: string) => boolean;
  /** The credential that the stack's own token names, if the stack's last deployment did not declare it. */
  published?: Credential;
}

interface Asked {
  cloud: Cloud;
  vaultUri: string;
  clientId: string;
  /** Of the stack's own token. */
  refreshTokenName: string;
  stack: string;
  /** Whether there may be more than the current credential and the previous one; if not, no other token is read. */
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
  const [kept] = await vault.listVersions(named);
  return kept?.expiresOn && { kind: "secret", label, endDate: `${kept.expiresOn.toISOString().slice(0, 19)}Z` };
}
