/** How long a service requires the client to wait. */
import type { PipelineResponse } from "@azure/core-rest-pipeline";
import { now } from "../startup/clock";

type Answer = Pick<PipelineResponse, "status" | "headers">;

/** Whether the service did not process it because of too many requests. GitHub uses 403 as well as 429 for that. */
export function isLimited({ status, headers }: Answer): boolean {
  if (status === 429 || status === 503) return true;
  return status === 403 && (headers.has("Retry-After") || isUsedUp(headers));
}

/** Milliseconds; undefined if the response names no time. Azure's services may use milliseconds, and GitHub the time of the end. */
export function askedWait({ headers }: Answer): number | undefined {
  for (const name of ["retry-after-ms", "x-ms-retry-after-ms"]) {
    const milliseconds = Number(headers.get(name) ?? NaN);
    if (Number.isFinite(milliseconds)) return Math.max(0, milliseconds);
  }
  const asked = headers.get("Retry-After");
  const end = isUsedUp(headers) ? Number(headers.get("x-ratelimit-reset") ?? NaN) * 1000 : NaN;
  const wait = asked === undefined ? end - now() : secondsOrDate(asked);
  return Number.isFinite(wait) ? Math.max(0, wait) : undefined;
}

function secondsOrDate(asked: string): number {
  const seconds = Number(asked);
  return Number.isFinite(seconds) ? seconds * 1000 : Date.parse(asked) - now();
}

const isUsedUp = (headers: Answer["headers"]): boolean => headers.get("x-ratelimit-remaining") === "0";
