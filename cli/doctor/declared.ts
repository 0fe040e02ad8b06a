import { type RequestedPermissions, requestedPermissions } from "../../application/permissions";
import type { Facts } from "./facts";

/** The model's own, and Microsoft Graph's where the stack opted in; Azure has a check of its own. */
export async function wantedPermissions(facts: Facts): Promise<readonly RequestedPermissions[]> {
  return requestedPermissions({ delegatedGraph: (await facts.stack())?.settings.delegatedGraph === true });
}
