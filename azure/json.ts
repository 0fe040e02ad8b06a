/** JSON over the vendor's HTTP pipeline: what all services speak that have no client library of their own here. */
import {
  createHttpHeaders,
  createPipelineFromOptions,
  createPipelineRequest,
  type HttpMethods,
  type Pipeline,
} from "@azure/core-rest-pipeline";
import { sentence } from "../errors/fix";
import { httpClient } from "../oauth/http-client";
import { ApiError } from "./api-error";

export interface JsonAnswer {
  status: number;
  /** Undefined for no body, and for a refusal's that is not JSON, such as a proxy's page. */
  body: unknown;
  /** A header of the answer; names in any case. */
  header(name: string): string | undefined;
}

/** Throttling and outages (408, 429, 5xx) are tried again, as the service asks for; a redirect is not followed: requests carry a token. */
export function jsonPipeline(): Pipeline {
  return createPipelineFromOptions({
    redirectOptions: { maxRetries: 0 },
    // Three attempts within two seconds where the service names no time of its own.
    retryOptions: { retryDelayInMs: 300 },
  });
}

export interface JsonRequest {
  /** How the service is called in errors, e.g. "Microsoft Graph". */
  service: string;
  /** e.g. https://graph.microsoft.com */
  origin: string;
  method: HttpMethods;
  /** With its version and query. */
  path: string;
  headers?: Record<string, string>;
  body?: object | undefined;
}

/** @throws ApiError without a status when there is no answer, or somebody else's in its place */
export async function sendJson(pipeline: Pipeline, asked: JsonRequest): Promise<JsonAnswer> {
  const { service, origin, method, path, headers = {}, body } = asked;
  const request = createPipelineRequest({
    method,
    url: `${origin}${path}`,
    headers: createHttpHeaders({
      Accept: "application/json",
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      ...headers,
    }),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const response = await pipeline.sendRequest(httpClient, request).catch((error: unknown) => {
    const { name, code, message } = error as Error & { code?: string };
    if (name !== "RestError" && name !== "AbortError") throw error;
    const why = name === "AbortError" ? "no answer in time" : (code ?? message);
    throw new ApiError(undefined, "", {
      what: `${service} (${origin}) cannot be reached: ${why}.`,
      fixes: [sentence("Check the network and the proxy.")],
    });
  });
  const { status, bodyAsText: text } = response;
  const answer = parsed(text);
  // Whoever asked would take a proxy's page with the status 200 for "there is no such thing", or for "done".
  if (status < 300 && answer === undefined && (method === "GET" || text)) {
    throw new ApiError(undefined, "", {
      what: `${service} (${origin}) answered ${method} ${path.split("?", 1)[0]} with ${status} and no JSON, as a proxy's page does.`,
      fixes: [sentence(`Check the proxy (HTTPS_PROXY, NO_PROXY), and that it lets ${origin} through.`)],
    });
  }
  return {
    status,
    body: answer,
    header: (name) => response.headers.get(name),
  };
}

function parsed(text: string | null | undefined): unknown {
  if (!text) return undefined;
  try {
    // Partner Center may begin with a byte order mark, which is no JSON.
    return JSON.parse(text.replace(/^\uFEFF/u, "")) as unknown;
  } catch {
    return undefined;
  }
}
