/**
 * Of which tokens the list of a vault's secrets tells enough. It shows each secret's newest version, 25 a request; the versions of each take one
 * request a token, and are what says whether a held-up writer stored over a later publication (consent/publication.ts).
 */
import { clientSecretPrefix } from "./credential-reference";
import type { Cloud } from "../config/clouds";
import type { ListedSecret, Vault } from "../vault/secrets";
import { ForeignTokenError } from "./errors";
import { probeName } from "./preflight";
import { isChecked } from "./publication";
import { ownTags, tenantInName } from "./stored-token";
import { refreshTokenPrefix } from "./target";

export interface ListedToken {
  name: string;
  /** Its newest version, where that tells enough; undefined: its versions have to be listed. */
  newest: ListedSecret | undefined;
}

/** A vault's tokens, and what the same list tells of client secrets. */
export class TokenList {
  /** Those whose names say so, by name; complete once {@link tokens} has ended. */
  readonly clientSecrets = new Map<string, ListedSecret>();
  /** Two of the secrets that a token could be redeemed with: more decide nothing. */
  readonly #redeeming: string[] = [];

  constructor(
    private readonly cloud: Cloud,
    private readonly vault: Vault,
  ) {}

  /**
   * In the vault's order. Enough tells a version of ours, enabled, whose writer looked at all versions after storing it ({@link isChecked}). One
   * that does not say so, of an earlier program or of a writer that was killed, tells enough where the vault holds no other secret than the one
   * that it names: then none can have been published since. What the end of the list decides comes last.
   * @throws VaultError
   */
  async *tokens(): AsyncGenerator<ListedToken> {
    const undecided: ListedSecret[] = [];
    for await (const page of this.vault.secrets(refreshTokenPrefix)) {
      for (const one of page) {
        if (tenantInName(one.name) === undefined) this.#take(one);
        else if (!this.#isUsable(one)) yield { name: one.name, newest: undefined };
        else if (isChecked(one)) yield { name: one.name, newest: one };
        else if (this.#mayBeReplaced(one)) yield { name: one.name, newest: undefined };
        else undecided.push(one);
      }
    }
    for (const one of undecided) yield { name: one.name, newest: this.#mayBeReplaced(one) ? undefined : one };
  }

  #take(one: ListedSecret): void {
    const { name } = one;
    if (name.startsWith(clientSecretPrefix)) this.clientSecrets.set(name, one);
    const redeems = name !== probeName && !name.startsWith(refreshTokenPrefix);
    if (redeems && this.#redeeming.length < 2) this.#redeeming.push(name);
  }

  /** Of a disabled version, or one that is not ours, the versions may tell more: another one of the same second, say. */
  #isUsable({ name, enabled, tags }: ListedSecret): boolean {
    return enabled && !(ownTags(this.cloud, name, tags) instanceof ForeignTokenError);
  }

  #mayBeReplaced({ tags }: ListedSecret): boolean {
    return this.#redeeming.some((name) => name !== tags["client-secret"]);
  }
}
