/** Access tokens of one tenant for a long run, redeemed on request, kept in memory until shortly before they end. */
import { now } from "../startup/clock";
import type { Tokens } from "./refresh-token";

/** Milliseconds before its end at which a token is redeemed again: longer than any request, as in vendor clients. */
const margin = 5 * 60_000;

export class AccessTokens<T extends Pick<Tokens, "expiresOn">> {
  readonly #kept = new Map<string, T>();
  readonly #pending = new Map<string, Promise<T>>();

  /** @param redeem for a resource, by its URI or client id */
  constructor(private readonly redeem: (resource: string) => Promise<T>) {}

  /** A resource's token; concurrent callers share a redemption. @throws the failure of `redeem`, which is not kept */
  async of(resource: string): Promise<T> {
    const kept = this.#lasting(resource);
    if (kept !== undefined) return kept;
    const pending = this.#pending.get(resource) ?? this.#renew(resource);
    this.#pending.set(resource, pending);
    return await pending;
  }

  /** Whether a resource's token is kept, or being redeemed. */
  isKept = (resource: string): boolean => this.#pending.has(resource) || this.#lasting(resource) !== undefined;

  #lasting(resource: string): T | undefined {
    const kept = this.#kept.get(resource);
    return kept !== undefined && kept.expiresOn.getTime() - now() > margin ? kept : undefined;
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
