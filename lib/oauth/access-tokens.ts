/** Access tokens of one tenant for a long run: redeemed when they are asked for, and kept in memory until shortly before their end. */
import { now } from "../startup/clock";
import type { Tokens } from "./refresh-token";

/** Milliseconds before its end from which a token is redeemed anew: longer than any request, and what the vendors' clients keep too. */
const margin = 5 * 60_000;

export class AccessTokens<T extends Pick<Tokens, "expiresOn">> {
  readonly #kept = new Map<string, T>();
  readonly #pending = new Map<string, Promise<T>>();

  /** @param redeem for a resource, by its URI or client id */
  constructor(private readonly redeem: (resource: string) => Promise<T>) {}

  /** One of several callers at once redeems. @throws the failure of `redeem`, which is not kept */
  async of(resource: string): Promise<T> {
    const kept = this.#kept.get(resource);
    if (kept !== undefined && kept.expiresOn.getTime() - now() > margin) return kept;
    const pending = this.#pending.get(resource) ?? this.#renew(resource);
    this.#pending.set(resource, pending);
    return await pending;
  }

  async #renew(resource: string): Promise<T> {
    try {
      const tokens = await this.redeem(resource);
      this.#kept.set(resource, tokens);
      return tokens;
    } finally {
      this.#pending.delete(resource);
    }
  }
}
