/** Spreads requests evenly, and sends none while Partner Center requires a pause. */
import type { PipelinePolicy } from "@azure/core-rest-pipeline";
import { onceOpen } from "../http/pacing";

export interface Pace {
  /** To be added behind the client's own: a 429 closes their gate. */
  policy: PipelinePolicy;
  /** Attempts so far, and those that Partner Center refused with 429. */
  counted: Readonly<Record<"sent" | "refused", number>>;
}

/**
 * No more than `perSecond` attempts begin within any second, and evenly: requests at once exceed the
 * documented 50 a second (control-panel-vendor-apis) in some ways of counting.
 */
export function paced(perSecond: number): Pace {
  const turn = turnsOf(perSecond);
  const counted = { sent: 0, refused: 0 };
  const policy: PipelinePolicy = {
    name: "pace",
    sendRequest: async (request, next) => {
      // A 429 may have come during the wait: it waits for that pause, and for another turn.
      do await turn();
      while (await onceOpen(request));
      counted.sent += 1;
      const response = await next(request);
      if (response.status === 429) counted.refused += 1;
      return response;
    },
  };
  return { policy, counted };
}

/** Milliseconds of delay that later turns may make up for: on a busy machine timers are late. */
const madeUpFor = 100;

/** Turns come a fifth faster than the rate, to make up for delays; a second's limit still applies. */
function turnsOf(perSecond: number): () => Promise<void> {
  const gap = 1000 / (perSecond * 1.2);
  const waiting: (() => void)[] = [];
  /** The times of a second's last turns, and the position of the oldest. */
  const last = new Float64Array(perSecond).fill(-Infinity);
  let [oldest, due, isTimed] = [0, 0, false];
  const give = () => {
    isTimed = false;
    for (let next = waiting.at(0); next !== undefined; next = waiting.at(0)) {
      const time = performance.now();
      const wait = Math.max(due, (last[oldest] ?? 0) + 1000) - time;
      if (wait > 0) {
        isTimed = true;
        setTimeout(give, Math.ceil(wait));
        return;
      }
      last[oldest] = time;
      oldest = (oldest + 1) % perSecond;
      due = Math.max(due + gap, time - madeUpFor);
      waiting.shift();
      next();
    }
  };
  return () =>
    new Promise<void>((resolve) => {
      // Without a caller waiting, there is no delay to make up.
      if (waiting.length === 0) due = Math.max(due, performance.now());
      waiting.push(resolve);
      if (!isTimed) give();
    });
}
