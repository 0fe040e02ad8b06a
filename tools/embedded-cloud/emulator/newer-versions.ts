import type { Context as HonoContext } from "hono";
import { startOf } from "./clock";
import type { Context } from "./context";

const stable = /^\d{4}-\d\d-\d\d$/u;

/**
 * Whether a version is stable, newer than all that are known here, and not of the future: Azure may have it,
 * so it is served as the newest known one, with a note in the log of requests.
 */
export function isNewer(
  c: HonoContext,
  { clock, requests }: Context,
  version: string,
  known: readonly string[],
): boolean {
  const newest =
    known
      .filter((one) => stable.test(one))
      .sort()
      .at(-1) ?? "";
  if (!(startOf(version) <= clock.now()) || version <= newest) return false;
  requests.annotate(c.req.raw, {
    note: `api-version ${version} is newer than what is known here: served as ${newest}`,
  });
  return true;
}
