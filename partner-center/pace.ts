/** How fast Partner Center is asked: up to so many requests a second, evenly, and not at all for as long as it says so. */
import type { PipelinePolicy } from "@azure/core-rest-pipeline";
import { askedWait } from "../http/retry-after";
import { now } from "../startup/clock";
import { pause } from "../startup/waiting";
import { turnsOf } from "./turns";

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
  const turn = turnsOf(perSecond);
  const counted = { sent: 0, refused: 0 };
  let closedUntil = 0;
  const policy: PipelinePolicy = {
    name: "pace",
    sendRequest: async (request, next) => {
      for (;;) {
        while (now() < closedUntil) await pause(closedUntil - now());
        await turn();
        // What waited for its turn while a 429 came in waits for its end as well.
        if (now() < closedUntil) continue;
        counted.sent += 1;
        const response = await next(request);
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
