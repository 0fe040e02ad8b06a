/** Limits the requests to Partner Center: evenly, up to a number a second, and none while Partner Center requires a pause. */
import type { PipelinePolicy } from "@azure/core-rest-pipeline";
import { askedWait } from "../http/retry-after";
import { now } from "../startup/clock";
import { pause } from "../startup/waiting";
import { turnsOf } from "./turns";

export interface Pace {
  policy: PipelinePolicy;
  /** Attempts so far, including those that were refused because of the rate. */
  sent(): number;
  /** Attempts that Partner Center refused with 429. */
  refused(): number;
}

/** Milliseconds without a request after a 429 that names no time. */
const usualWait = 1000;

/**
 * No more than `perSecond` attempts begin within any second. They are also distributed evenly: Microsoft documents 50 a second
 * (control-panel-vendor-apis) and not how Partner Center counts, and a second's requests at once exceed that in some ways of counting.
 *
 * A 429 applies to the whole application: no caller that shares the pace sends anything until its Retry-After is over.
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
        // A 429 may have come while this attempt waited for its turn: it waits for that pause as well.
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
