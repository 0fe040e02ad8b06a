import type { Context, Tenant } from "../context";
import { addFirstPartyPrincipals } from "../first-party-principals";
import { without, type Properties } from "./body";
import { timestamp } from "./timestamp";

/** @returns the initial properties of one of Microsoft's own applications, undefined for any other id */
export function firstPartyPublication(context: Context, tenant: Tenant, appId: string): Properties | undefined {
  const fresh: Tenant = { ...tenant, servicePrincipals: new Map() };
  addFirstPartyPrincipals(fresh, context.origins, timestamp(context.clock.now()));
  const seeded = [...fresh.servicePrincipals.values()].find((candidate) => candidate.appId === appId);
  return seeded && without(seeded, "id");
}
