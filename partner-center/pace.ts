/** How fast Partner Center is asked: up to so many requests a second, evenly, and not at all for as long as it says so. */
import type { PipelinePolicy } from "@azure/core-rest-pipeline";
import PQueue from "p-queue";
import { askedWait } from "../http/retry-after";
import { now } from "../startup/clock";
import { pause } from "../startup/waiting";

export interface Pace {
  policy: PipelinePolicy;
  /** Attempts so far, those that were refused for their number included. */
  sent(): number;
  /** Attempts that Partner Center answered with 429. */
  refused(): number;
}

/** Milliseconds without a request after a 429 that names no time. */
const usualWait = 1000;

/**
 * No more than `perSecond` attempts begin within any one second, whatever it is counted from. They are spread over it as well: Microsoft
 * does not say how Partner Center counts, and a second's requests at once are too many for some ways of counting.
 *
 * A 429 is the whole application's: nothing is sent until its Retry-After is over, by anybody who shares the pace.
 */
export function paced(perSecond: number): Pace {
  const second = new PQueue({ interval: 1000, intervalCap: perSecond, strict: true });
  // A fifth faster than the second as a whole, which stays the limit: what comes late catches up.
  const together = Math.ceil(perSecond / 25);
  const spread = new PQueue({ interval: (together * 1000) / (perSecond * 1.2), intervalCap: together, strict: true });
  const counted = { sent: 0, refused: 0 };
  let closedUntil = 0;
  const policy: PipelinePolicy = {
    name: "pace",
    sendRequest: async (request, next) => {
      for (;;) {
        while (now() < closedUntil) await pause(closedUntil - now());
        await spread.add(() => undefined);
        // What waited here while a 429 came in waits for its end as well.
        const response = await second.add(async () => {
          if (now() < closedUntil) return undefined;
          counted.sent += 1;
          return await next(request);
        });
        if (response === undefined) continue;
        if (response.status === 429) {
          counted.refused += 1;
          closedUntil = Math.max(closedUntil, now() + (askedWait(response) ?? usualWait));
        }
        return response;
      }
    },
  };
  return { policy, sent: () => counted.sent, refused: () => counted.refused };
}
