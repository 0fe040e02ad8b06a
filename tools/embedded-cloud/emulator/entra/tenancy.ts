import type { CloudContext, LocatedTenant } from "../cloud";
import type { Tenant } from "../context";
import { refuse } from "./errors";

const guid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;
const domain = /^(?=.{1,253}$)[\da-z]([\da-z-]{0,61}[\da-z])?(\.[\da-z]([\da-z-]{0,61}[\da-z])?)+$/i;

/** The path segments with which the tenant depends on the account that signs in. */
export const isShared = (segment: string): boolean => segment === "common" || segment === "organizations";

/** @throws EntraError 900023 when it is neither GUID nor domain, 90002 when no cloud has the tenant */
export function locateTenant(context: CloudContext, segment: string): LocatedTenant {
  if (!guid.test(segment) && !domain.test(segment)) refuse(900023, { tenant: segment });
  return context.locate(segment) ?? refuse(90002, { tenant: segment });
}

/**
 * @param client its id and whether it has a credential: a confidential client's refusal across clouds differs
 * @throws EntraError 90038 or 900382 when the tenant is in another cloud, 90099 when it is a customer's
 */
export function directoryOf(
  context: CloudContext,
  segment: string,
  client: { id: string; name?: string; confidential: boolean },
): Tenant {
  const located = locateTenant(context, segment);
  if (located.directory !== undefined) return located.directory;
  if (located.home.name !== context.cloud) {
    if (client.confidential) refuse(900382);
    refuse(90038, { tenant: segment, instance: located.home.instanceName });
  }
  return refuse(90099, { client: client.id, clientName: client.name ?? client.id, tenant: segment });
}
