/**
 * For which tokens the list of a vault's secrets, 25 newest versions a request, is sufficient. Versions take a request a token, and only they show
 * whether a delayed writer stored over a later publication.
 */
import { clientCertificatePrefix, clientSecretPrefix } from "./credential-reference";
import type { Cloud } from "../config/clouds";
import type { ListedSecret, Vault } from "../vault/secrets";
import { ForeignTokenError } from "./errors";
import { isChecked } from "./published-credential";
import { ownTags, tenantInName } from "./stored-token";
import { probeName, refreshTokenPrefix } from "./target";

export interface ListedToken {
  name: string;
  /** Its newest version, if that is sufficient; undefined: its versions must be listed. */
  newest: ListedSecret | undefined;
}

/** A vault's tokens, and what the same list contains about the credentials that redeem them. */
export class TokenList {
  /** By name, recognized by the name's prefix; complete once {@link tokens} has ended. */
  readonly clientSecrets = new Map<string, ListedSecret>();
  /** Names of certificates: a vault also lists the secret of each certificate. */
  readonly certificates: string[] = [];
  /** The first two secrets that a token could be redeemed with: more make no difference. */
  readonly #redeeming: string[] = [];

  constructor(
    private readonly cloud: Cloud,
    private readonly vault: Vault,
  ) {}

  /**
   * In the vault's order. An enabled version of ours is sufficient if its writer checked all versions after storing it ({@link isChecked}).
   * Another is sufficient if the vault has no secret but the one that it names: then no other can have been published since. Tokens that
   * depend on the end of the list come last.
   * @throws VaultError
   */
  async *tokens(): AsyncGenerator<ListedToken> {
    const undecided: ListedSecret[] = [];
    for await (const page of this.vault.secrets(refreshTokenPrefix)) {
      for (const one of page) {
        const { name } = one;
        if (tenantInName(name) === undefined) this.#take(one);
        else if (!this.#isUsable(one)) yield { name, newest: undefined };
        else if (isChecked(one)) yield { name, newest: one };
        else if (this.#mayBeReplaced(one)) yield { name, newest: undefined };
        else undecided.push(one);
      }
    }
    for (const one of undecided) yield { name: one.name, newest: this.#mayBeReplaced(one) ? undefined : one };
  }

  #take(one: ListedSecret): void {
    const { name } = one;
    if (name.startsWith(clientSecretPrefix)) this.clientSecrets.set(name, one);
    if (name.startsWith(clientCertificatePrefix)) this.certificates.push(name);
    const redeems = name !== probeName && !name.startsWith(refreshTokenPrefix);
    if (redeems && this.#redeeming.length < 2) this.#redeeming.push(name);
  }

  /** For a disabled or foreign version, the other versions may be relevant: for example one of the same second. */
  #isUsable({ name, enabled, tags }: ListedSecret): boolean {
    return enabled && !(ownTags(this.cloud, name, tags) instanceof ForeignTokenError);
  }

  #mayBeReplaced({ tags }: ListedSecret): boolean {
    return this.#redeeming.some((name) => name !== tags["client-secret"]);
  }
}
