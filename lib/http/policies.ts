/** Retries, limits and errors of requests, for this project's own and those of the vendors' clients. */
import {
  createPipelineFromOptions,
  isRestError,
  type Pipeline,
  type PipelinePolicy,
  type PipelineRequest,
  type PipelineResponse,
  retryPolicy,
  type RetryStrategy,
} from "@azure/core-rest-pipeline";
import { durationOf, toErrors } from "../startup/waiting";
import { noAnswer, proxyStatusIn, timedOut, unreachable } from "./http-failure";
import { limits } from "./limits";
import { askedWait, isLimited, isLongerThanPrinted, isPaused, pacing } from "./pacing";
import { requireUsableProxy } from "./variables";
import { within } from "./within";

export interface Manner {
  /** Attempts after the first. */
  retries: number;
  /** Milliseconds before the first retry if the service names no time; doubles. */
  firstPause: number;
  /** Retries after too many requests (429), which the service did not process. Default: {@link retries}. */
  throttled?: number;
  /** Whether a POST that may already have been processed is sent again. Default: true. */
  repeatsPosts?: boolean;
  /** Whether an answer's body reports an outage that its status does not. Default: never. */
  isOutage?: (response: PipelineResponse) => boolean;
}

/**
 * For a service that throttles and has outages: five retries within ten seconds if it names no time. With three, one
 * deployment of 50 was lost where one request in twenty fails.
 */
export const defaultRetries: Manner = { retries: 5, firstPause: 300 };

/** A request may be sent on a connection that the other side has just closed. */
export const shortRetries: Manner = { retries: 2, firstPause: 100 };

/**
 * Retries for half a minute: with 5 % failing answers, three retries lost one of 3,000 renewals. Key Vault throttles
 * per ten seconds (https://learn.microsoft.com/azure/key-vault/general/overview-throttling).
 */
export const longRetries: Manner = { retries: 5, firstPause: 1000, throttled: 8 };

export const noRetries: Manner = { retries: 0, firstPause: 0 };

/** Retries of requests that must not be processed twice: only after 429, with which nothing was processed. */
export const onceUnlessThrottled: Manner = { retries: 0, firstPause: 1000, throttled: 6 };

/** Options that disable a client's own retries, which would multiply these, and redirects. */
export const withoutRepeats = { retryOptions: { maxRetries: 0 }, redirectOptions: { maxRetries: 0 } };

/** @throws Failure for a proxy that the vendor's client cannot use, before that client fails with its own message */
export function policiesOf(manner: Manner): PipelinePolicy[] {
  requireUsableProxy();
  const { retries, throttled = retries, firstPause } = manner;
  const repeats = retryPolicy([strategyOf(manner)], { maxRetries: Math.max(retries, throttled) });
  return [wholeRequest, repeats, pacing(firstPause)];
}

/** @param first policies outside of the retries and of the limit of the whole request */
export function pipelineOf(manner: Manner, ...first: readonly PipelinePolicy[]): Pipeline {
  const policies = [...first, ...policiesOf(manner)];
  const pipeline = createPipelineFromOptions(withoutRepeats);
  for (const policy of policies) pipeline.addPolicy(policy);
  return pipeline;
}

/** The limit of the whole request, and the one place that converts the network's codes to messages. */
const wholeRequest: PipelinePolicy = {
  name: "wholeRequest",
  sendRequest: async (request, next) => {
    const { whole } = limits;
    const { origin, host } = new URL(request.url);
    const given = request.abortSignal as AbortSignal | undefined;
    const over = () => timedOut(origin, whole, true, isPaused(origin) ? 429 : lastStatus.get(request));
    const attempt = async (signal: AbortSignal) => {
      request.abortSignal = signal;
      return await next(request);
    };
    try {
      return await within(whole, given, over, attempt, `an answer of ${host}`);
    } catch (error) {
      if (!isRestError(error) || error.response !== undefined) throw error;
      if (error.code === noAnswer) throw timedOut(origin, limits.attempt, false);
      throw unreachable(origin, error.code ?? error.message, request.agent !== undefined);
    }
  },
};

/** Connection errors that may be temporary. ENOTFOUND is not: waiting for a new name takes minutes. */
const passing = [noAnswer, "ETIMEDOUT", "ESOCKETTIMEDOUT", "ECONNREFUSED", "ECONNRESET", "ENOENT", "EAI_AGAIN"];
export const isOutage = (status: number): boolean =>
  status === 408 || (status >= 500 && status !== 501 && status !== 505);

/** The status of a request's last attempt: a service that refuses until the limit is no trouble of the network. */
const lastStatus = new WeakMap<PipelineRequest, number>();
const unclear = new WeakSet<PipelineRequest>();

/** Whether an attempt may have been processed whose answer was lost: a refusal of a later one does not undo it. */
export const mayBeDone = (request: PipelineRequest): boolean => unclear.has(request);

/** Codes of attempts that no service has received. */
const neverSent = ["ECONNREFUSED", "ENOENT", "EAI_AGAIN"];

function note(request: PipelineRequest, status: number | undefined, code: string): void {
  if (status === undefined) lastStatus.delete(request);
  else lastStatus.set(request, status);
  const wasSent = !neverSent.includes(code) && proxyStatusIn(code) === undefined;
  if (status === undefined ? wasSent : isOutage(status)) unclear.add(request);
}

function strategyOf(manner: Manner): RetryStrategy {
  return {
    name: "manner",
    retry: (outcome) => {
      const { response, responseError, retryCount } = outcome;
      const request = response?.request ?? responseError?.request;
      if (request !== undefined) note(request, response?.status, responseError?.code ?? "");
      if (retryCount >= retriesOf(manner, outcome)) return { skipStrategy: true };
      const asked = response && askedWait(response);
      if (response !== undefined && asked !== undefined) showWait(response, asked);
      return { retryAfterInMs: asked ?? Math.min(manner.firstPause * 2 ** retryCount, limits.pause) };
    },
  };
}

/** Attempts after the first that this outcome allows. */
function retriesOf(manner: Manner, { response, responseError }: Parameters<RetryStrategy["retry"]>[0]): number {
  const { retries, throttled = retries, repeatsPosts = true } = manner;
  const code = responseError?.code ?? "";
  const didNothing = response !== undefined && isLimited(response) && response.status !== 503;
  if (didNothing || proxyStatusIn(code) !== undefined) return throttled;
  const { method } = response?.request ?? responseError?.request ?? {};
  if (method === "POST" && !repeatsPosts) return 0;
  const mayPass =
    response === undefined ? passing.includes(code) : isOutage(response.status) || manner.isOutage?.(response) === true;
  return mayPass ? retries : 0;
}

/** Without output for a minute, a command looks as if it hung. */
function showWait({ request, status }: PipelineResponse, milliseconds: number): void {
  if (milliseconds < limits.shownWait) return;
  const { host, origin } = new URL(request.url);
  if (isLongerThanPrinted(origin, milliseconds))
    toErrors(`Waiting ${durationOf(milliseconds)}: ${host} asks for it (${status}) …`);
}
