/** JSON over HTTP: what all services speak that have no client library of their own here. */
import {
  createHttpHeaders,
  createPipelineRequest,
  type HttpMethods,
  type Pipeline,
  type PipelineRequest,
} from "@azure/core-rest-pipeline";
import * as v from "valibot";
import { type Fix, sentence } from "../errors/failure";
import { httpClient, isLoopback } from "./client";
import { HttpFailure } from "./http-failure";

export interface JsonRequest {
  /** How the service is called in errors, e.g. "Microsoft Graph". */
  service: string;
  method?: HttpMethods;
  url: string;
  headers?: Record<string, string>;
  body?: object | undefined;
  /** A form in its place, encoded. */
  form?: string | undefined;
  /** What helps besides when there is no answer. */
  fixes?: readonly Fix[];
}

export interface JsonAnswer {
  status: number;
  /** Undefined for no body, and for a refusal's that is not JSON, such as a proxy's page. */
  body: unknown;
  /** By their names in lower case. */
  headers: Readonly<Record<string, string>>;
  /** The body in a shape. @throws HttpFailure when it has another one */
  as<Schema extends v.GenericSchema>(schema: Schema): v.InferOutput<Schema>;
}

/** @throws HttpFailure when there is no answer, or somebody else's in its place */
export async function sendJson(pipeline: Pipeline, asked: JsonRequest): Promise<JsonAnswer> {
  const { service, method = "GET", url, fixes = [] } = asked;
  const response = await pipeline.sendRequest(httpClient, requestOf(asked)).catch((error: unknown) => {
    throw error instanceof HttpFailure ? error.named(service, ...fixes) : error;
  });
  const { status, bodyAsText: text, headers } = response;
  const { origin, pathname } = new URL(url);
  const unexpected = (but: string) =>
    new HttpFailure(
      "unexpected",
      origin,
      {
        happened: `answered ${method} ${pathname} with ${status} and ${but}`,
        fix: sentence(`Check the proxy (HTTPS_PROXY, NO_PROXY), and that it lets ${origin} through.`),
      },
      service,
      fixes,
    );
  const body = parsed(text);
  // Whoever asked would take a proxy's page with the status 200 for "there is no such thing", or for "done".
  if (status < 300 && body === undefined && (method === "GET" || text)) throw unexpected(noJson);
  return {
    status,
    body,
    headers: headers.toJSON(),
    as: (schema) => {
      const result = v.safeParse(schema, body);
      if (result.success) return result.output;
      throw unexpected(body === undefined ? noJson : `JSON that is no such answer (${problemOf(result.issues[0])})`);
    },
  };
}

const noJson = "no JSON, as a proxy's page does";

/** Says where and what, never a value: it may be a token. */
function problemOf(issue: v.BaseIssue<unknown>): string {
  const place = v.getDotPath(issue);
  return `expected ${issue.expected ?? "something else"}${place === null ? "" : ` at ${place}`}`;
}

export function requestOf({ method = "GET", url, headers = {}, body, form }: JsonRequest): PipelineRequest {
  const type = body === undefined ? {} : { "Content-Type": "application/json" };
  const content = body === undefined ? form : JSON.stringify(body);
  return createPipelineRequest({
    method,
    url,
    headers: createHttpHeaders({ Accept: "application/json", ...type, ...headers }),
    // Nothing listens beyond this machine for a loopback address.
    allowInsecureConnection: isLoopback(url),
    ...(content === undefined ? {} : { body: content }),
  });
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
