/**
 * Which stack a token belongs to. Two stacks may share a vault and an application; a token belongs to one of them, and the other must not
 * take it over unnoticed.
 */
import type { Cloud } from "../config/clouds";
import { pulumi, removeSetting, run, sentence, setSetting } from "../errors/failure";
import type { SecretVersion, Vault } from "../vault/secrets";
import { ForeignTokenError, OtherStackError } from "./errors";
import { ownTags } from "./stored-token";
import { isKeptBy, noStack, type TokenTags } from "./tags";
import type { ConsentTarget } from "./target";

/**
 * The tags of the newest enabled version that names its stack. A disabled one belongs to no stack: its stack was destroyed, or it was
 * revoked.
 */
export function tokenOwner(cloud: Cloud, name: string, versions: readonly SecretVersion[]): TokenTags | undefined {
  const all = versions.filter(({ enabled }) => enabled).map(({ tags }) => ownTags(cloud, name, tags));
  return all.find((tags) => !(tags instanceof ForeignTokenError)) as TokenTags | undefined;
}

type Asking = Pick<ConsentTarget, "vaultUri" | "refreshTokenName" | "stack" | "takeOverFrom">;

/** @throws OtherStackError if the token belongs to another stack and no setting allows taking it over */
export function requireTokenOwner(asking: Asking, kept: TokenTags | undefined): void {
  const { vaultUri, refreshTokenName, stack, takeOverFrom } = asking;
  if (kept === undefined || isKeptBy(stack, kept.stack) || kept.stack === takeOverFrom) return;
  throw new OtherStackError({
    what: `The refresh token ${refreshTokenName} in ${vaultUri} belongs to stack ${kept.stack}, as its tags say; this is ${stack}.`,
    why: "One stack keeps a token: this one would replace it, and its destroy would disable the only one that is left.",
    fixes: [
      sentence("Give this stack a vault of its own (vault.name, or vault.uri)."),
      run(
        "Or take the token over: that stack has none then, and says so",
        setSetting("consent.takeOverFrom", kept.stack),
        pulumi("up"),
        removeSetting("consent.takeOverFrom"),
      ),
    ],
  });
}

/**
 * The stack that a new token will belong to. The command does not change it; a stack keeps its own token.
 * @param versions of the token's secret
 * @throws OtherStackError
 */
export function takeOwnership(
  target: ConsentTarget,
  { uri: vaultUri }: Pick<Vault, "uri">,
  versions: readonly SecretVersion[],
  progress: (line: string) => void,
): ConsentTarget {
  const { cloud, refreshTokenName, clientId, stack } = target;
  const kept = tokenOwner(cloud, refreshTokenName, versions);
  if (target.isCommand === undefined) {
    requireTokenOwner({ ...target, vaultUri }, kept);
    if (kept !== undefined && !isKeptBy(stack, kept.stack))
      progress(`The token in ${vaultUri} is taken over from stack ${kept.stack}.`);
    return target;
  }
  if (kept === undefined || kept.stack === noStack) return target;
  if (kept.application !== clientId) {
    progress(
      `The token in ${vaultUri} belongs to stack ${kept.stack}, of application ${kept.application}: this one takes its place.`,
    );
    return target;
  }
  progress(`The token in ${vaultUri} belongs to stack ${kept.stack}.`);
  return { ...target, stack: kept.stack };
}
