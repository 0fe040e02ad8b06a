/** JSON over HTTP, for all services without a client library. */
import {
  createHttpHeaders,
  createPipelineRequest,
  type HttpMethods,
  type Pipeline,
  type PipelineRequest,
} from "@azure/core-rest-pipeline";
import * as v from "valibot";
import { Failure, type Fix, sentence } from "../errors/failure";
import { holdSecret } from "../errors/secrets";
import { httpClient, isLoopback } from "./client";
import { HttpFailure } from "./http-failure";
import { mayBeDone, noRetries, pipelineOf } from "./policies";

export interface JsonRequest {
  /** The service's name in errors, e.g. "Microsoft Graph". */
  service: string;
  method?: HttpMethods;
  url: string;
  headers?: Record<string, string>;
  body?: object | undefined;
  form?: string | undefined;
  abortSignal?: AbortSignal | undefined;
  fixes?: readonly Fix[];
}

export interface JsonAnswer {
  status: number;
  /** Undefined for no body, and for a refusal whose body is not JSON, such as a proxy's page. */
  body: unknown;
  headers: Readonly<Record<string, string>>;
  /** Whether an earlier attempt, whose answer was lost, may have been processed. */
  mayBeDone: boolean;
  /** The body in a shape. @throws HttpFailure when it has a different one */
  as<Schema extends v.GenericSchema>(schema: Schema): v.InferOutput<Schema>;
}

/** @throws HttpFailure when there is no response, or one of another server */
export async function sendJson(pipeline: Pipeline, asked: JsonRequest): Promise<JsonAnswer> {
  const { service, method = "GET", url, fixes = [] } = asked;
  const response = await pipeline.sendRequest(httpClient, requestOf(asked)).catch((error: unknown) => {
    throw error instanceof HttpFailure ? error.named(service, ...fixes) : error;
  });
  const { status, bodyAsText: text, headers } = response;
  const { origin, pathname } = new URL(url);
  const unexpected = (but: string) => {
    const happened = `answered ${method} ${pathname} with ${status} and ${but}`;
    const fix = sentence(`Check the proxy (HTTPS_PROXY, NO_PROXY), and that it lets ${origin} through.`);
    return new HttpFailure("unexpected", origin, { happened, fix }, service, fixes);
  };
  const body = parsed(text);
  // A caller would mistake a proxy's page with the status 200 for "does not exist" or for success.
  if (status < 300 && body === undefined && (method === "GET" || text)) throw unexpected(noJson);
  return {
    status,
    body,
    headers: headers.toJSON(),
    mayBeDone: mayBeDone(response.request),
    as: (schema) => {
      const result = v.safeParse(schema, body);
      if (result.success) return result.output;
      throw unexpected(body === undefined ? noJson : `unexpected JSON (${problemOf(result.issues[0])})`);
    },
  };
}

const noJson = "no JSON (a proxy's page, perhaps)";

/** The problem of an answer, without any value: it may be a token. */
function problemOf(issue: v.BaseIssue<unknown>): string {
  const place = v.getDotPath(issue);
  return `expected ${issue.expected ?? "something else"}${place === null ? "" : ` at ${place}`}`;
}

function requestOf({ method = "GET", url, headers = {}, body, form, abortSignal }: JsonRequest): PipelineRequest {
  const type = body === undefined ? {} : { "Content-Type": "application/json" };
  const content = body === undefined ? form : JSON.stringify(body);
  return createPipelineRequest({
    method,
    url,
    headers: createHttpHeaders({ Accept: "application/json", ...type, ...headers }),
    // A request to a loopback address does not leave this machine.
    allowInsecureConnection: isLoopback(url),
    ...(content === undefined ? {} : { body: content }),
    ...(abortSignal && { abortSignal }),
  });
}

/** POSTs to an address that is a secret: no error contains it. @throws Failure without a response */
export async function postSecretly(service: string, url: string, body: object): Promise<number> {
  holdSecret(url);
  try {
    const request = requestOf({ service, method: "POST", url, body });
    return (await pipelineOf(noRetries).sendRequest(httpClient, request)).status;
  } catch (error) {
    if (!(error instanceof HttpFailure)) throw error;
    const { reason, code, happening } = error;
    // The target of a redirect may contain the secret address.
    const happened = reason === "redirect" ? "answers with a redirect, which is not followed" : happening.happened;
    throw new Failure(code, { what: `${service} ${happened}.`, why: happening.why, fixes: [happening.fix].flat() });
  }
}

export function parsed(text: string | null | undefined): unknown {
  if (!text) return undefined;
  try {
    // Partner Center may begin with a byte order mark, which is not valid JSON.
    return JSON.parse(text.replace(/^\uFEFF/u, "")) as unknown;
  } catch {
    return undefined;
  }
}
