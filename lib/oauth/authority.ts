/** Targets and retries of requests to an authority, by MSAL, discovery and the vendor's credentials. */
import type { Pipeline, PipelineResponse } from "@azure/core-rest-pipeline";
import * as v from "valibot";
import { authorityOrigins, type Cloud } from "../config/clouds";
import { parsed } from "../http/json";
import { type Manner, onceUnlessThrottled, pipelineOf } from "../http/policies";
import { linkAt } from "../http/same-origin";
import { outageIn } from "./aadsts";

const repeated: Manner = {
  retries: 5,
  firstPause: 1000,
  throttled: 6,
  isOutage: ({ status, bodyAsText }: PipelineResponse) => outageIn(status, parsed(bodyAsText)) !== undefined,
};

/** A code can be redeemed once: it is sent again only if it cannot have been processed. Entra's refresh tokens outlive their use (learn.microsoft.com/entra/identity-platform/refresh-tokens). */
const repeatable = ["refresh_token", "client_credentials"];

/** Pipelines, created by the first request: a command that sends no request runs with any proxy setting. */
const pipelines = new Map<Manner, Pipeline>();

/** @param form of a request for tokens; undefined for any other request */
export function pipelineFor(form?: string): Pipeline {
  const grant = new URLSearchParams(form).get("grant_type") ?? "";
  const manner = form === undefined || repeatable.includes(grant) ? repeated : onceUnlessThrottled;
  const pipeline = pipelines.get(manner) ?? pipelineOf(manner);
  pipelines.set(manner, pipeline);
  return pipeline;
}

export function requireAuthority(cloud: Cloud, url: string, what = "its tokens"): void {
  const asked = URL.parse(url);
  const home = authorityOrigins(cloud).find((one) => asked?.origin === one) ?? cloud.authority;
  linkAt(home, asked?.href ?? "https://", "The authority", what);
}

/** Discovery's names of the endpoints that a sign-in, a credential or a signature check uses. */
const endpoints = {
  authorization_endpoint: "sign-ins",
  token_endpoint: "its tokens",
  device_authorization_endpoint: "sign-ins of devices",
  end_session_endpoint: "the end of a sign-in",
  jwks_uri: "its keys",
};
const document = v.fallback(v.record(v.string(), v.unknown()), {});

export function requireOwnEndpoints(cloud: Cloud, body: unknown): void {
  const metadata = v.parse(document, body);
  for (const [name, what] of Object.entries(endpoints)) {
    const url = metadata[name];
    if (typeof url === "string") requireAuthority(cloud, url, what);
  }
}
