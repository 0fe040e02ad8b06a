import type { MiddlewareHandler } from "hono";
import { isNewer } from "../newer-versions";
import type { VaultContext, VaultEnv } from "./authorization";
import { badParameter, notServed, VaultError } from "./errors";
import { hasOtherBody } from "../strict-json";
import { checkObjectName } from "./secret-values";

/** Versions of the data plane: the folders of its published specification, oldest first. */
const apiVersions = [
  ...["2015-06-01", "2016-10-01", "7.0-preview", "7.0", "7.1-preview", "7.1", "7.2-preview", "7.2", "7.3-preview"],
  ...["7.3", "7.4-preview.1", "7.4", "7.5-preview.1", "7.5", "7.6-preview.1", "7.6-preview.2", "7.6"],
  ...["2025-06-01-preview", "2025-07-01", "2026-04-01"],
];

const lists = /^\/(?:deletedsecrets|(?:secrets|certificates)(?:\/[^/]+\/versions)?)\/?$/u;

/** Refuses an unknown version, and options that the request does not support. */
export const checkOptions: MiddlewareHandler<VaultEnv> = async (c, next) => {
  const version = c.req.query("api-version");
  if (version === undefined) throw badParameter("api-version must be specified");
  if (!apiVersions.includes(version) && !isNewer(c, c.var.context, version, apiVersions)) {
    const latest = apiVersions.at(-1) ?? "";
    const hint = `Consider using the latest supported version (${latest}).`;
    throw badParameter(`The specified version (${version}) is not recognized. ${hint}`);
  }
  const isRead = c.req.method === "GET";
  const taken = ["api-version", ...(isRead && lists.test(c.req.path) ? ["maxresults", "$skiptoken"] : [])];
  const other = Object.keys(c.req.query()).find((name) => !taken.includes(name));
  if (other !== undefined) throw notServed(c, ` with ${other}`);
  await next();
};

/** Segments in the place of a version in the addresses of each kind. */
const notVersions: Readonly<Record<string, RegExp>> = {
  secrets: /^(?:|versions)$/u,
  certificates: /^(?:|versions|pending|policy)$/u,
  keys: /^(?:|versions)$/u,
};

/** Refuses an invalid object name and an invalid version. */
export const checkNames: MiddlewareHandler<VaultEnv> = async (c, next) => {
  const [kind, name = "", version = ""] = c.req.path.split("/").slice(1).map(decoded);
  const words = notVersions[kind?.replace(/^deleted/u, "") ?? ""];
  if (name !== "" && words !== undefined) checkObjectName(name);
  const takesVersion = words === notVersions[kind ?? ""] && (c.req.method === "GET" || c.req.method === "PATCH");
  if (takesVersion && words?.test(version) === false && !/^[0-9a-f]{32}$/iu.test(version)) {
    throw badParameter(`The request URI contains an invalid version: ${version}`);
  }
  await next();
};

/** @returns undefined for a text that is not JSON @throws VaultError for a content type other than JSON */
export async function jsonOf(c: VaultContext): Promise<unknown> {
  if (hasOtherBody(c.req.raw.headers)) {
    throw new VaultError(415, "UnsupportedMediaType", "The content type of the request has to be application/json.");
  }
  return await c.req.json().catch(() => undefined);
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
