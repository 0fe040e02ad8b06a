/** A service's token goes only to its own origin, whatever a path or a link to the next page names. */
import type { PipelinePolicy } from "@azure/core-rest-pipeline";
import { sentence } from "../errors/failure";
import { HttpFailure } from "./http-failure";

/** @param link an absolute URL or a path @param what it is for @throws HttpFailure for another origin */
export function linkAt(origin: string, link: string, service?: string, what = "its next page"): URL {
  // Behind "https:" alone, only an address without a base is read as the client reads it.
  const url = URL.parse(link) ?? URL.parse(link, origin);
  if (url !== null && isAt(origin, url)) return url;
  const happened = url === null ? `names no address for ${what}` : `names another address, ${url.origin}, for ${what}`;
  const why = "The token is for this service and goes nowhere else.";
  const fix = sentence(`Check the proxy (HTTPS_PROXY, NO_PROXY), and that it lets ${origin} through.`);
  throw new HttpFailure("elsewhere", origin, { happened, why, fix }, service);
}

const isAt = (origin: string, { origin: actual, username, password }: URL): boolean =>
  actual === origin && username === "" && password === "";

/** A path's address, built before a token is requested: it may have names from a state or tag. @throws HttpFailure */
export function addressAt(origin: string, path: string, service: string): string {
  const url = URL.parse(`${origin}${path}`);
  const isOwn = url !== null && isAt(origin, url);
  const [written = ""] = path.split("?", 1);
  // An address has no segments like "../..", no tabs or line ends, and a backslash separates two segments.
  const isAsWritten = url?.pathname.split("/").length === written.split("/").length && !/[#\\\t\r\n]/u.test(written);
  if (isOwn && isAsWritten) return url.href;
  const happened = `would be asked for another ${isOwn ? "path" : `address, at ${url?.origin ?? "no host"}`}`;
  const why = "The token is for this service, and for the path as it is written.";
  const fix = sentence("Look for an invalid name in the stack's state, its settings and the vault's tags.");
  throw new HttpFailure("elsewhere", origin, { happened, why, fix }, service);
}

/** The policy for a vendor's client, which would follow every link with its token. */
export const staysAt = (origin: string): PipelinePolicy => ({
  name: "staysAt",
  sendRequest: async (request, next) => {
    linkAt(origin, request.url);
    return await next(request);
  },
});
