/** Which of the permissions are granted in the tenant that is looked at. */
import type { ServicePrincipal } from "../../application/applications";
import type { Directory } from "../../application/directory";
import { type Asked, askedRoles as rolesAsked, askedScopes as scopesAsked } from "../../application/grants";
import type { RequestedPermissions } from "../../application/permissions";
import { present } from "../../errors/failure";
import type { Facts } from "./facts";

export async function askedScopes(facts: Facts, wanted: readonly RequestedPermissions[]): Promise<Asked[]> {
  const { directory, client } = await placeOf(facts);
  return await scopesAsked(directory, client, wanted, (await facts.tokenTags())?.account);
}

export async function askedRoles(facts: Facts, wanted: readonly RequestedPermissions[]): Promise<Asked[]> {
  const { directory, client } = await placeOf(facts);
  return await rolesAsked(directory, client, wanted);
}

async function placeOf(facts: Facts): Promise<{ directory: Directory; client: ServicePrincipal }> {
  const directory = await facts.directory();
  const client = await directory.principalOf(await facts.knownClientId());
  return { directory, client: present(client, "The application has no service principal in this tenant.") };
}

/** Names in a row; "none" for no name. */
export function namesOf(asked: readonly Asked[]): string {
  return asked.length === 0 ? "none" : asked.map(({ name }) => name).join(", ");
}
