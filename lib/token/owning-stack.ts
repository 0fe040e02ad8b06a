/** The stack that a token belongs to: another stack in the same vault must not take it over unnoticed. */
import type { Cloud } from "../config/clouds";
import { Failure, pulumi, removeSetting, run, sentence, setSetting } from "../errors/failure";
import type { Vault } from "../vault/secrets";
import { ForeignTokenError } from "./errors";
import { ownTags } from "./stored-token";
import { isKeptBy, noStack, type TokenTags, type Versions } from "./tags";
import type { ConsentTarget, Progress } from "./target";

/** The tags of our newest enabled version: a disabled version was revoked, or its stack was destroyed. */
export function owningStack(cloud: Cloud, name: string, versions: Versions): TokenTags | undefined {
  const all = versions.filter(({ enabled }) => enabled).map(({ tags }) => ownTags(cloud, name, tags));
  return all.flatMap((tags) => (tags instanceof ForeignTokenError ? [] : [tags]))[0];
}

type Asking = Pick<ConsentTarget, "vaultUri" | "refreshTokenName" | "stack" | "takeOverFrom">;

/** @throws Failure if the token belongs to another stack and no setting allows taking it over */
export function requireOwningStack(asking: Asking, kept: TokenTags | undefined): void {
  const { vaultUri, refreshTokenName, stack, takeOverFrom } = asking;
  if (kept === undefined || isKeptBy(stack, kept.stack) || kept.stack === takeOverFrom) return;
  throw new Failure("token-of-another-stack", {
    what: `The refresh token ${refreshTokenName} in ${vaultUri} belongs to stack ${kept.stack}, as its tags say; this is ${stack}.`,
    why: `One stack manages a token, and its destroy disables it. Customers consented to ${kept.application}.`,
    fixes: [
      sentence("If this is that stack under another name, or its state is lost: docs/state-lost.md."),
      sentence("Give this stack a vault of its own (vault.name, or vault.uri)."),
      run(
        "Or take the token over: that stack then reports that it has none",
        setSetting("consent.takeOverFrom", kept.stack),
        pulumi("up"),
        removeSetting("consent.takeOverFrom"),
        pulumi("up"),
      ),
    ],
  });
}

/** The target with the stack of the new token; the command does not change the stack. @throws Failure */
export function takeOwnership(
  target: ConsentTarget,
  { uri: vaultUri }: Pick<Vault, "uri">,
  versions: Versions,
  progress: Progress,
): ConsentTarget {
  const { cloud, refreshTokenName, clientId, stack } = target;
  const kept = owningStack(cloud, refreshTokenName, versions);
  if (target.isCommand === undefined) {
    requireOwningStack({ ...target, vaultUri }, kept);
    if (kept !== undefined && !isKeptBy(stack, kept.stack))
      progress(`The token in ${vaultUri} is taken over from stack ${kept.stack}.`);
    return target;
  }
  if (kept === undefined || kept.stack === noStack) return target;
  const whose = `The token in ${vaultUri} belongs to stack ${kept.stack}`;
  if (kept.application === clientId) {
    progress(`${whose}.`);
    return { ...target, stack: kept.stack };
  }
  progress(`${whose}, of application ${kept.application}: this one replaces it.`);
  return target;
}
