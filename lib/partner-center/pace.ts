/** Spreads requests evenly, and sends none while Partner Center requires a pause. */
import type { PipelinePolicy } from "@azure/core-rest-pipeline";
import PQueue from "p-queue";
import { onceOpen } from "../http/pacing";

export interface Pace {
  /** To be added behind the client's own: a 429 closes their gate. */
  policy: PipelinePolicy;
  /** Attempts so far, and those that Partner Center refused with 429. */
  counted: Readonly<Record<"sent" | "refused", number>>;
}

/**
 * No more than `perSecond` attempts begin within any second, and a fifth of them at once: all at once exceed the
 * documented 50 a second (control-panel-vendor-apis) in some ways of counting, and one by one each late timer costs some.
 */
export function paced(perSecond: number): Pace {
  const intervalCap = Math.max(1, Math.floor(perSecond / 5));
  const turns = new PQueue({ intervalCap, interval: (1000 * intervalCap) / perSecond, strict: true });
  const counted = { sent: 0, refused: 0 };
  const policy: PipelinePolicy = {
    name: "pace",
    sendRequest: async (request, next) => {
      // A 429 may have come during the wait: it waits for that pause, and for another turn.
      do await turns.add(() => undefined);
      while (await onceOpen(request));
      counted.sent += 1;
      const response = await next(request);
      if (response.status === 429) counted.refused += 1;
      return response;
    },
  };
  return { policy, counted };
}
