import type { MiddlewareHandler } from "hono";
import type { GraphContext, GraphEnv } from "./authorization";
import { elsewhere } from "./elsewhere";
import { badRequest, GraphError, notServed } from "./errors";
import { isEventual, refuseMalformed, refuseOptions } from "./queries";

/** Versions of Graph. */
export const versions = ["v1.0", "beta"] as const;

/** The routes at and below an address. */
interface Place {
  below: Map<string, Place>;
  /** The routes below any key. */
  byKey?: Place;
  /** Methods that are served. */
  served: Set<string>;
  /** Methods that Graph has and the emulator does not. */
  elsewhere: Set<string>;
  /** Whether Graph has more below that is not listed. */
  isOpen: boolean;
}

/**
 * Passes on requests that are served. Refuses addresses that Graph does not have as Graph does, unknown
 * methods with 405, and requests that Graph supports and the emulator does not with 501.
 *
 * @param routes of the service, with their whole paths: those that are for specific methods
 */
export function refuseUnserved(routes: () => readonly { method: string; path: string }[]): MiddlewareHandler<GraphEnv> {
  let places: Map<string, Place> | undefined;
  return async (c, next) => {
    places ??= placesOf(routes());
    const [version = "", ...segments] = c.req.path.split("/").slice(1).map(decoded);
    const root = places.get(version);
    if (version === "oidc") throw notServed(c);
    if (root === undefined) throw new GraphError(400, "BadRequest", `Invalid version: ${version}`);
    const place = find(c, root, segments);
    if (!place.served.has(c.req.method)) {
      if (place.isOpen || place.elsewhere.has(c.req.method)) throw notServed(c);
      throw new GraphError(405, "Request_BadRequest", "Specified HTTP method is not allowed for the request target.");
    }
    if (c.req.method === "GET") refuseMalformed(c);
    else refuseOptions(c);
    await next();
  };
}

function find(c: GraphContext, root: Place, segments: readonly string[]): Place {
  let place = root;
  for (const segment of segments) {
    const below = place.below.get(segment) ?? (isKey(segment) ? place.byKey : undefined);
    if (below === undefined) {
      // Nothing that is served at the open place itself is served below it.
      if (place.isOpen) return { ...emptyPlace(), isOpen: true };
      throw noSegment(c, place, segment);
    }
    // Methods of unlisted addresses below an open place are distinguished from those that do not exist.
    place = { ...below, isOpen: below.isOpen || place.isOpen };
  }
  return place;
}

/** Segments after a collection that are not keys: a count, a delta, a type, a key by another property. */
function noSegment(c: GraphContext, place: Place, segment: string): GraphError {
  if (segment === "$count" && !isEventual(c)) return badRequest("$count is not currently supported.");
  const set = /^(?<name>\w+)\(/.exec(segment)?.groups?.["name"] ?? "";
  if (place.below.has(set) || (place.byKey !== undefined && !isKey(segment))) return notServed(c);
  return new GraphError(400, "BadRequest", `Resource not found for the segment '${segment}'.`);
}

function isKey(segment: string): boolean {
  return segment !== "" && segment !== "delta" && !/^\$|^microsoft\.graph\.|\(/.test(segment);
}

function placesOf(routes: readonly { method: string; path: string }[]): Map<string, Place> {
  const places = new Map<string, Place>(versions.map((version) => [version, emptyPlace()]));
  for (const { method, path } of routes) {
    const [version = "", ...segments] = path.split("/").slice(1);
    const root = places.get(version);
    if (root !== undefined && method !== "ALL") placeAt(root, segments).served.add(method);
  }
  for (const root of places.values()) {
    for (const { methods, path, isOpen } of elsewhere) {
      const place = placeAt(root, path);
      place.isOpen ||= isOpen;
      for (const method of methods) place.elsewhere.add(method);
    }
  }
  return places;
}

function placeAt(root: Place, segments: readonly string[]): Place {
  let place = root;
  for (const segment of segments.filter((text) => text !== "")) {
    const isParameter = /^[:{]/.test(segment);
    const below = (isParameter ? place.byKey : place.below.get(segment)) ?? emptyPlace();
    if (isParameter) place.byKey = below;
    else place.below.set(segment, below);
    place = below;
  }
  return place;
}

function emptyPlace(): Place {
  return { below: new Map(), served: new Set(), elsewhere: new Set(), isOpen: false };
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
