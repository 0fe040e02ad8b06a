/** The cloud's authority: whether it responds, and its time. */
import { createPipelineRequest } from "@azure/core-rest-pipeline";
import type { Cloud } from "../../lib/config/clouds";
import { Failure } from "../../lib/errors/failure";
import { httpClient } from "../../lib/http/client";
import { defaultRetries, pipelineOf } from "../../lib/http/policies";
import { now } from "../../lib/startup/clock";

/** @returns milliseconds this machine is ahead; undefined: no time was named @throws HttpFailure, Failure */
export async function askAuthority(cloud: Cloud): Promise<number | undefined> {
  const url = `${cloud.authority}/common/v2.0/.well-known/openid-configuration`;
  const pipeline = pipelineOf(defaultRetries);
  let sent = now();
  // The attempts before the one that is answered, and the waits between them, are no difference of clocks.
  pipeline.addPolicy({ name: "sent", sendRequest: (request, next) => ((sent = now()), next(request)) });
  const { status, headers } = await pipeline.sendRequest(httpClient, createPipelineRequest({ url }));
  if (status >= 300) throw new Failure("authority-unexpected", `${cloud.authority} answers ${status}.`);
  return clockAhead(headers.get("Date"), sent, now());
}

/** The header has whole seconds only, and was written at some time between sending and receiving. */
export function clockAhead(date: string | undefined, sent: number, received: number): number | undefined {
  const theirs = Date.parse(date ?? "");
  return Number.isNaN(theirs) ? undefined : Math.round((sent + received) / 2 - (theirs + 500));
}
