/** Spreads requests evenly, and sends none while Partner Center requires a pause. */
import type { PipelinePolicy } from "@azure/core-rest-pipeline";
import PQueue from "p-queue";
import { onceOpen } from "../http/pacing";

export interface Pace {
  /** The policy to add after the client's own, which close the gate after a 429. */
  policy: PipelinePolicy;
  /** Attempts so far, and those that Partner Center refused with 429. */
  counted: Readonly<Record<"sent" | "refused", number>>;
}

/**
 * At most `perSecond` attempts begin within any second, a fifth of them at once: all at once exceed the documented
 * 50 a second (control-panel-vendor-apis) by some ways of counting; one by one, each late timer would lose some.
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
