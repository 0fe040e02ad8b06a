/** Renews a token before it expires: no person is needed, and only its own secret is written. */
import type { Cloud } from "../config/clouds";
import { ownCommand, present, run } from "../errors/failure";
import { redeemRefreshToken } from "../oauth/refresh-token";
import { now } from "../startup/clock";
import type { Vault } from "../vault/secrets";
import { redeem } from "./client-credential";
import {
  consentAgain,
  consentFirst,
  ConsentRequiredError,
  findOutWho,
  ForeignTokenError,
  revokedBy,
  VerificationError,
} from "./errors";
import { judgeVersions, type TokenFacts, type TokenState } from "./health";
import { beginWriting } from "./store";
import { areOwn, ownTags, readToken, targetOfToken, tenantInName } from "./stored-token";
import { rewriteToken, unlessOvertaken } from "./writer";

export interface Renewal {
  /** kept: it was younger than the limit, and Entra redeemed it. */
  outcome: "renewed" | "kept";
  token: TokenFacts;
}

/**
 * Two concurrent runs do no harm: neither disables the newest, and the slower one starts over.
 * @param olderThan milliseconds; a younger token is redeemed and kept. Undefined: always renewed
 * @param publishWith the client secret to redeem and publish it with; undefined: the published one
 * @throws ConsentRequiredError, ForeignTokenError, VerificationError, EntraError, VaultError
 */
export async function renew(
  cloud: Cloud,
  vault: Vault,
  name: string,
  olderThan: number | undefined,
  publishWith?: string,
): Promise<Renewal> {
  return await unlessOvertaken(vault, name, run("Run it again", ownCommand("renew")), async (versions) => {
    const version = usableVersion(cloud, vault, name, judgeVersions(versions, areOwn(cloud, name), 0));
    const stored = targetOfToken(cloud, vault.uri, name, version.tags, versions);
    const target =
      publishWith === undefined ? stored : { ...stored, clientSecretName: publishWith, clientSecretSince: undefined };
    const isKept = olderThan !== undefined && now() - version.createdOn.getTime() < olderThan;
    const written = await rewriteToken(beginWriting(target, vault, versions), {
      version,
      versions,
      redeem: async () => {
        const credential = target.clientSecretName;
        const read = await readToken(cloud, vault, name, { version: version.version, credential });
        const { application, refreshToken } = read;
        // The published credential was used before; another one may be too new for Entra's servers.
        return publishWith === undefined
          ? await redeemRefreshToken(cloud, application, refreshToken, cloud.partnerCenter)
          : await redeem(cloud, application, refreshToken);
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
    });
    if (written === undefined) return undefined;
    usableVersion(cloud, vault, name, written.state);
    return { outcome: isKept ? "kept" : "renewed", token: written.token };
  });
}

function usableVersion(cloud: Cloud, vault: Vault, name: string, { health, version }: TokenState) {
  if (version === undefined) {
    const tenantId = present(tenantInName(name), `${name} is not the name of a refresh token.`);
    throw new ConsentRequiredError(`There is no token ${name} in ${vault.uri}.`, consentFirst(tenantId));
  }
  const tags = ownTags(cloud, name, version.tags);
  if (tags instanceof ForeignTokenError) throw tags;
  if (health === "disabled") {
    const what = `The newest version of ${name} in ${vault.uri} is disabled.`;
    throw new ConsentRequiredError(revokedBy(tags) ?? { what, fixes: [consentAgain] });
  }
  return { ...version, tags };
}
