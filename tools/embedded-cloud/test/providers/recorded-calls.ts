/**
 * Recordings of the real azuread plugin 6.10.0 with an in-memory Graph: the engine's calls, and its requests to Graph
 * meanwhile. They contain only the types of the local plugin; internal notes of Terraform's bridge are omitted.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Value, Values } from "../../providers/base/values";
import type { Method, Request } from "./plugin-client";

export interface RecordedCall {
  /** Line in the whole recording. */
  line: number;
  step: string;
  method: Method;
  type: string | null;
  name: string | null;
  note?: string;
  request: Request | null;
  response: Values | null;
  errors?: string[];
}

export interface Exchange {
  step: string;
  resource: string;
  method: string;
  path: string;
  requestBody: Value;
  status: number;
  responseBody: Value;
}

export interface Probe {
  probe: "diff" | "check" | "environment";
  res: string;
  change: string;
  changes: string;
  replaces: string[];
  detailed: Record<string, string>;
  error?: string;
  type: string;
  news: Values;
  result: { inputs: Values; failures: { property: string; reason: string }[] };
  environment?: string;
  metadataHost: string | null;
  checkFailures: { error: string } | [];
  configure: string;
}

function lines<T>(file: string): T[] {
  const text = readFileSync(join(__dirname, "recordings", file), "utf8");
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as T);
}

export const calls = lines<RecordedCall>("azuread-grpc.jsonl");
export const recordedExchanges = lines<Exchange>("azuread-http.jsonl");
export const probes = lines<Probe>("azuread-probes.jsonl");

/** The exchange's attribution, in the recording's form: `Create app (Application)`. */
export const labelOf = ({ method, name, type, request }: RecordedCall): string =>
  name === null
    ? `Invoke ${request?.tok?.split(":").at(-1) ?? ""}`
    : `${method} ${name} (${type?.split(":").at(-1) ?? ""})`;

/** Requests to Graph during one call, in order. */
export const exchangesOf = (step: string, resource: string): Exchange[] =>
  recordedExchanges.filter((exchange) => exchange.step === step && exchange.resource === resource);
