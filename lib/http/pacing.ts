/** After a 429 every request of this process waits: separate waits and retries would be refused again. */
import { setTimeout as sleep } from "node:timers/promises";
import type { PipelinePolicy, PipelineRequest, PipelineResponse } from "@azure/core-rest-pipeline";
import { now } from "../startup/clock";
import { interruption } from "../startup/waiting";
import { limits } from "./limits";

interface Gate {
  /** Milliseconds since the epoch until which nothing is sent. */
  until: number;
  closedAt: number;
  /** Refusals in a row: each doubles the pause if the service names no time. */
  times: number;
  printedUntil: number;
}

const gates = new Map<string, Gate>();

/** For tests: resets all pauses. */
export function forgetPauses(): void {
  gates.clear();
}

/** Runs inside the retries. @param firstPause milliseconds, which double, if the service names no time */
export const pacing = (firstPause: number): PipelinePolicy => ({
  name: "pacing",
  sendRequest: async (request, next) => {
    const { origin } = new URL(request.url);
    await onceOpen(request);
    const sentAt = now();
    const response = await next(request);
    const gate = gates.get(origin);
    if (response.status === 429 && isLimited(response)) {
      // Concurrent requests are refused together: that counts as one refusal.
      const isSame = gate !== undefined && sentAt <= gate.closedAt;
      const times = (gate?.times ?? 0) + (isSame ? 0 : 1);
      const wait = askedWait(response) ?? Math.min(firstPause * 2 ** (times - 1), limits.pause);
      const until = Math.max(gate?.until ?? 0, now() + wait);
      const closedAt = isSame ? gate.closedAt : now();
      gates.set(origin, { until, closedAt, times, printedUntil: gate?.printedUntil ?? 0 });
    } else if (gate !== undefined && sentAt >= gate.until) gates.delete(origin);
    return response;
  },
});

/** Whether a service that refused a request as one too many is still waited for. */
export const isPaused = (origin: string): boolean => (gates.get(origin)?.until ?? 0) > now();

/** Whether this wait ends later than the printed wait: each wait is printed only once. */
export function isLongerThanPrinted(origin: string, milliseconds: number): boolean {
  const gate = gates.get(origin);
  if (gate === undefined) return true;
  const until = now() + milliseconds;
  if (until <= gate.printedUntil + 1000) return false;
  gate.printedUntil = until;
  return true;
}

/** Waits until the pause of a request's service is over. @returns whether there was one */
export async function onceOpen({ url, abortSignal }: PipelineRequest): Promise<boolean> {
  const { origin } = new URL(url);
  const given = abortSignal as AbortSignal | undefined;
  for (let waited = false; ; waited = true) {
    interruption().throwIfAborted();
    given?.throwIfAborted();
    const wait = (gates.get(origin)?.until ?? 0) - now();
    if (wait <= 0) return waited;
    const signal = given === undefined ? interruption() : AbortSignal.any([interruption(), given]);
    await sleep(wait, undefined, { signal }).catch(() => undefined);
  }
}

type Answer = Pick<PipelineResponse, "status" | "headers">;

/** Whether a service refused a request unprocessed, as one too many. GitHub uses 403 as well as 429 for that. */
export function isLimited({ status, headers }: Answer): boolean {
  if (status === 429 || status === 503) return true;
  return status === 403 && (headers.has("Retry-After") || isUsedUp(headers));
}

/**
 * Milliseconds to wait, if the service names a time that is still to come: with others every attempt would be over at
 * once. Azure may use milliseconds, and GitHub the time of the end.
 */
export function askedWait({ headers }: Answer): number | undefined {
  for (const name of ["retry-after-ms", "x-ms-retry-after-ms"]) {
    const milliseconds = Number(headers.get(name) ?? NaN);
    if (Number.isFinite(milliseconds)) return positive(milliseconds);
  }
  const asked = headers.get("Retry-After");
  const end = isUsedUp(headers) ? Number(headers.get("x-ratelimit-reset") ?? NaN) * 1000 : NaN;
  const wait = asked === undefined ? end - now() : secondsOrDate(asked);
  return positive(wait);
}

const positive = (wait: number): number | undefined => (wait > 0 && Number.isFinite(wait) ? wait : undefined);

function secondsOrDate(asked: string): number {
  const seconds = Number(asked);
  return Number.isFinite(seconds) ? seconds * 1000 : Date.parse(asked) - now();
}

const isUsedUp = (headers: Answer["headers"]): boolean => headers.get("x-ratelimit-remaining") === "0";
