/** Limits the requests to Partner Center: evenly, up to a number a second, and none while Partner Center requires a pause. */
import type { PipelinePolicy } from "@azure/core-rest-pipeline";
import { onceOpen } from "../http/pacing";
import { turnsOf } from "./turns";

export interface Pace {
  /** To be added behind the client's own: a 429 closes their gate. */
  policy: PipelinePolicy;
  /** Attempts so far, including those that were refused because of the rate. */
  sent(): number;
  /** Attempts that Partner Center refused with 429. */
  refused(): number;
}

/**
 * No more than `perSecond` attempts begin within any second. They are also distributed evenly: Microsoft documents 50 a second
 * (control-panel-vendor-apis) and not how Partner Center counts, and a second's requests at once exceed that in some ways of counting.
 */
export function paced(perSecond: number): Pace {
  const turn = turnsOf(perSecond);
  const counted = { sent: 0, refused: 0 };
  const policy: PipelinePolicy = {
    name: "pace",
    sendRequest: async (request, next) => {
      // A 429 may have come while this attempt waited for its turn: it waits for that pause, and for another turn.
      do await turn();
      while (await onceOpen(request));
      counted.sent += 1;
      const response = await next(request);
      if (response.status === 429) counted.refused += 1;
      return response;
    },
  };
  return { policy, sent: () => counted.sent, refused: () => counted.refused };
}
