/**
 * A vault's limits, in ten seconds: https://learn.microsoft.com/azure/key-vault/general/service-limits.
 * Refused requests do not count, and no response names a time to wait: "exponential backoff" from one second
 * on is documented (https://learn.microsoft.com/azure/key-vault/general/overview-throttling).
 * Unverified: that the ten seconds slide.
 */
import type { Vault, VaultLimits } from "../context";
import { VaultError } from "./errors";

export const documentedLimits: VaultLimits = { transactions: 4000, creates: 300, keys: 4000, keyCreates: 20 };

/** Milliseconds. */
const span = 10_000;

/** The times at which requests were accepted, oldest first. */
class Window {
  #times: number[] = [];
  #from = 0;

  hasRoom(most: number, now: number): boolean {
    // After the clock was moved back, counting starts again.
    if ((this.#times.at(-1) ?? 0) > now) [this.#times, this.#from] = [[], 0];
    while ((this.#times[this.#from] ?? now) <= now - span) this.#from += 1;
    if (this.#from > 10_000) {
      this.#times = this.#times.slice(this.#from);
      this.#from = 0;
    }
    return this.#times.length - this.#from < most;
  }

  add(now: number): void {
    this.#times.push(now);
  }
}

export class Throttle {
  readonly #windows = new WeakMap<Vault, Record<keyof VaultLimits, Window>>();

  /** @throws VaultError 429 for one too many */
  take(vault: Vault, { method, path }: { method: string; path: string }, now: number): void {
    const windows = this.#windows.get(vault) ?? {
      transactions: new Window(),
      creates: new Window(),
      keys: new Window(),
      keyCreates: new Window(),
    };
    this.#windows.set(vault, windows);
    const limits = vault.limits ?? documentedLimits;
    const kinds = kindsOf(method, path);
    if (kinds.every((kind) => windows[kind].hasRoom(limits[kind], now))) {
      for (const kind of kinds) windows[kind].add(now);
      return;
    }
    const message =
      "Request was not processed because too many requests were received. Reason: VaultRequestTypeLimitReached";
    throw new VaultError(429, "Throttled", message);
  }
}

/** Unverified: that a certificate's creation counts as that of its key. */
function kindsOf(method: string, path: string): (keyof VaultLimits)[] {
  if (path.startsWith("/keys/")) return ["keys"];
  if (/^\/certificates\/[^/]+\/create\/?$/u.test(path)) return ["transactions", "keyCreates"];
  return method === "PUT" ? ["transactions", "creates"] : ["transactions"];
}
