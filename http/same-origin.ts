/** Sends a service's token only to the service's own origin, whatever address a response names for the next page. */
import type { PipelinePolicy } from "@azure/core-rest-pipeline";
import { sentence } from "../errors/failure";
import { HttpFailure } from "./http-failure";

/**
 * @param link from a response, an absolute URL or a path
 * @param service its name in errors
 * @throws HttpFailure when it leads to another origin
 */
export function linkAt(origin: string, link: string, service?: string): URL {
  const url = URL.parse(link, origin);
  if (url?.origin === origin && url.username === "" && url.password === "") return url;
  const happened =
    url === null ? "names no address for its next page" : `names another address, ${url.origin}, for its next page`;
  const why = "The token is for this service and goes nowhere else.";
  const fix = sentence(`Check the proxy (HTTPS_PROXY, NO_PROXY), and that it lets ${origin} through.`);
  throw new HttpFailure("elsewhere", origin, { happened, why, fix }, service);
}

/** For a vendor's client, which would follow every link with its token. */
export function staysAt(origin: string): PipelinePolicy {
  return {
    name: "staysAt",
    sendRequest: async (request, next) => {
      linkAt(origin, request.url);
      return await next(request);
    },
  };
}
