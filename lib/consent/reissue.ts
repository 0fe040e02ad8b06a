/** A rotation of a vault's tokens: those that name a replaced credential are published with the current. */
import PQueue from "p-queue";
import { concurrency } from "../config/limits";
import { Failure, partsOf, sentence } from "../errors/failure";
import { textOf } from "../errors/text";
import type { Vault } from "../vault/secrets";
import { isNotGranted } from "./prove-grants";
import { renew } from "./renew";
import { type LiveToken, liveTokens } from "./credentials-in-use";
import type { ConsentTarget } from "./target";
import { isFixedBySignIn } from "./verdict";

/**
 * Redeems each valid token of such a credential with the target's, stores the result, and disables what is
 * older, also what an interrupted run left. One that nothing redeems needs a person, and stops no rotation.
 * @param isOlder whether a reference's credential is replaced @param say called for each token handled
 * @returns the names of the tokens that need a person
 * @throws Failure with each token that could not be rolled, after all were tried; VaultError
 */
export async function reissueTokens(
  target: ConsentTarget,
  vault: Vault,
  isOlder: (reference: string) => boolean,
  say: (line: string) => void,
): Promise<string[]> {
  const { cloud, clientId, clientSecretName } = target;
  const live = await liveTokens(cloud, vault, clientId);
  const goes = (reference: string) => reference !== clientSecretName && isOlder(reference);
  const due = live.filter(({ named, published }) => goes(named) || goes(published));
  const unsettled = live.filter((one) => one.isUnsettled && one.published === clientSecretName && !due.includes(one));
  const [failures, unredeemable]: [string[], string[]] = [[], []];
  const queue = new PQueue({ concurrency: concurrency.default });
  const reissue = async ({ name, tenantId }: LiveToken) => {
    try {
      await renew(cloud, vault, name, undefined, clientSecretName);
      say(`The token of tenant ${tenantId} now uses ${clientSecretName}.`);
    } catch (error) {
      const { what, why } = partsOf(error);
      const told = `tenant ${tenantId}: ${textOf({ what, why })}`;
      // A token without grants for Partner Center may still be redeemed for other resources.
      if (isFixedBySignIn(error) && !isNotGranted(error)) {
        unredeemable.push(name);
        say(`Not switched to ${clientSecretName}; a person must consent first: ${told}`);
      } else failures.push(told);
    }
  };
  await queue.addAll<unknown>([
    ...due.map((one) => () => reissue(one)),
    // Kept as it is, whatever its age: only the versions before it are disabled.
    ...unsettled.map((one) => () => renew(cloud, vault, one.name, Infinity)),
  ]);
  if (failures.length === 0) return unredeemable;
  const tokens = failures.length === 1 ? "1 token" : `${failures.length} tokens`;
  throw new Failure("tokens-not-rolled", {
    what: `${tokens} of ${due.length} in ${vault.uri} could not be switched to ${clientSecretName}: ${failures.sort().join("; ")}`,
    why: "What they use now stays valid until then.",
    fixes: [sentence("Fix that, then deploy again: it continues with the rest.")],
  });
}
