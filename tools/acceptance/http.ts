/** Plain HTTP to the services, for checks of their responses: responses are not evaluated here. */
import { createHttpHeaders, createPipelineRequest, type HttpMethods } from "@azure/core-rest-pipeline";
import { httpClient, isLoopback } from "../../lib/http/client";
import { pipelineOf, shortRetries } from "../../lib/http/policies";
import type { Interruption } from "./interruption";

export interface Question {
  method?: HttpMethods;
  url: string;
  headers?: Record<string, string>;
  /** Sent as JSON. */
  body?: object;
  /** Sent as a form. */
  form?: Record<string, string>;
}

export interface Answer {
  status: number;
  /** By lower-case names. */
  headers: Readonly<Record<string, string>>;
  /** Undefined if it is not JSON. */
  body: Record<string, unknown> | undefined;
  text: string;
}

const pipeline = pipelineOf(shortRetries);

/** @throws HttpFailure when there is no response */
export async function ask({ method = "GET", url, headers = {}, body, form }: Question): Promise<Answer> {
  const json = body === undefined ? {} : { "Content-Type": "application/json" };
  const content = body === undefined ? form && new URLSearchParams(form).toString() : JSON.stringify(body);
  const encoded = form === undefined ? {} : { "Content-Type": "application/x-www-form-urlencoded" };
  const request = createPipelineRequest({
    method,
    url,
    headers: createHttpHeaders({ Accept: "application/json, text/html", ...json, ...encoded, ...headers }),
    allowInsecureConnection: isLoopback(url),
    ...(content === undefined ? {} : { body: content }),
  });
  const { status, headers: answered, bodyAsText } = await pipeline.sendRequest(httpClient, request);
  const text = bodyAsText ?? "";
  return { status, headers: answered.toJSON(), body: parsed(text), text };
}

/** Asks again for two minutes, or until a signal: making, deleting and registering take so long. @returns the last response */
export async function until(
  { interruption }: { interruption: Interruption },
  done: (answer: Answer) => boolean,
  look: () => Promise<Answer>,
): Promise<Answer> {
  let answer = await look();
  for (let attempt = 0; attempt < 40 && !done(answer); attempt += 1) {
    await interruption.sleep(3000);
    answer = await look();
  }
  return answer;
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text.replace(/^\uFEFF/u, "")) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
