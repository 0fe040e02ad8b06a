/**
 * Documented: 50 a second of each application for the consents of customers
 * (https://learn.microsoft.com/partner-center/developer/control-panel-vendor-apis), and 429 with Retry-After
 * (https://learn.microsoft.com/partner-center/developer/api-throttling-guidance). Unverified: how it counts,
 * and that other requests count. Here a bucket for half a second refuses a second's requests at once.
 */
export interface RateLimit {
  /** Requests a second of one application, 1 or more. Default 50. */
  perSecond: number;
  /** How many were accepted and refused since the last reset. */
  readonly answered: number;
  readonly refused: number;
  /** @param now milliseconds @returns whole seconds to wait if the limit is exceeded, 1 or more */
  take(applicationId: string, now: number): number | undefined;
  reset(): void;
}

const usual = 50;

export function createRateLimit(): RateLimit {
  const buckets = new Map<string, { left: number; at: number }>();
  const limit = {
    perSecond: usual,
    answered: 0,
    refused: 0,
    take(applicationId: string, now: number): number | undefined {
      const { perSecond } = limit;
      const most = Math.max(1, perSecond / 2);
      const { left, at } = buckets.get(applicationId) ?? { left: most, at: now };
      const there = Math.min(most, left + (Math.max(0, now - at) * perSecond) / 1000);
      if (there < 1) {
        limit.refused += 1;
        buckets.set(applicationId, { left: there, at: now });
        return Math.ceil((1 - there) / perSecond);
      }
      limit.answered += 1;
      buckets.set(applicationId, { left: there - 1, at: now });
      return undefined;
    },
    reset() {
      buckets.clear();
      Object.assign(limit, { perSecond: usual, answered: 0, refused: 0 });
    },
  };
  return limit;
}
