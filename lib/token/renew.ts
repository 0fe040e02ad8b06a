/** Renews a token before it expires: no person is needed, and only its own secret is written. */
import type { Cloud } from "../config/clouds";
import { ownCommand, present, run } from "../errors/failure";
import { now } from "../startup/clock";
import type { Vault } from "../vault/secrets";
import {
  consentAgain,
  consentFirst,
  ConsentRequiredError,
  findOutWho,
  ForeignTokenError,
  revokedBy,
  VerificationError,
} from "./errors";
import { currentOf, judgeVersions, type TokenFacts } from "./health";
import { areOwn, ownTags, readToken, redeemStored, targetOfToken, tenantInName } from "./stored-token";
import type { Versions } from "./tags";
import { rewriteToken, unlessOvertaken } from "./writer";

export interface Renewal {
  /** kept: it was younger than the limit, and Entra redeemed it. */
  outcome: "renewed" | "kept";
  token: TokenFacts;
}

/**
 * Concurrent runs do no harm: each keeps what the others store.
 * @param olderThan milliseconds; a younger token is redeemed and kept. Undefined: always renewed
 * @throws ConsentRequiredError, ForeignTokenError, VerificationError, EntraError, VaultError
 */
export async function renew(cloud: Cloud, vault: Vault, name: string, olderThan: number | undefined): Promise<Renewal> {
  return await unlessOvertaken(vault, name, run("Run it again", ownCommand("renew")), async (versions) => {
    const version = usableVersion(cloud, vault, name, versions);
    const isKept = olderThan !== undefined && now() - version.createdOn.getTime() < olderThan;
    const target = targetOfToken(cloud, vault.uri, name, version.tags);
    const written = await rewriteToken(
      { target, vault, before: versions },
      {
        version,
        versions,
        redeem: async () => {
          const stored = await readToken(cloud, vault, name, { version: version.version });
          return await redeemStored(cloud, stored, cloud.partnerCenter);
        },
        check: ({ account, accountName }) => {
          if (account === version.tags.account) return;
          throw new VerificationError(
            `The token in ${name} belongs to ${accountName}, but its tags name ${version.tags["account-name"]}. Nothing was stored.`,
            findOutWho,
          );
        },
        isKept,
        // Unlike after a sign-in, the older token is still there.
        milliseconds: 20_000,
        lost: "The older token is still in the vault, and enabled.",
      },
    );
    return written && { outcome: isKept ? "kept" : "renewed", token: written.token };
  });
}

function usableVersion(cloud: Cloud, vault: Vault, name: string, versions: Versions) {
  const { health, version: newest } = judgeVersions(versions, areOwn(cloud, name), 0);
  if (newest === undefined) {
    const tenantId = present(tenantInName(name), `${name} is not the name of a refresh token.`);
    throw new ConsentRequiredError(`There is no token ${name} in ${vault.uri}.`, consentFirst(tenantId));
  }
  const own = ownTags(cloud, name, newest.tags);
  if (own instanceof ForeignTokenError) throw own;
  if (health === "disabled") {
    const what = `The newest version of ${name} in ${vault.uri} is disabled.`;
    throw new ConsentRequiredError(revokedBy(own) ?? { what, fixes: [consentAgain] });
  }
  const version = currentOf(versions, areOwn(cloud, name)) ?? newest;
  const tags = ownTags(cloud, name, version.tags);
  if (tags instanceof ForeignTokenError) throw tags;
  return { ...version, tags };
}
