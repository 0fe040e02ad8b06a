/** Missing grants according to the directory, for callers that may read it but do not redeem a token. */
import { scopesIn } from "./grants";
import type { Directory } from "./directory";
import type { DeclaredResource } from "./permissions";

/**
 * The delegated permissions that are granted neither to an account nor to everybody. Resources without a missing permission are left out.
 * @param clientId of the application
 * @param accountId object id
 * @throws ApiError, CredentialError if this process may not read them
 */
export async function ungranted(
  directory: Directory,
  clientId: string,
  wanted: readonly DeclaredResource[],
  accountId: string,
): Promise<DeclaredResource[]> {
  const client = await directory.principalOf(clientId);
  const grants = client === undefined ? [] : await directory.grantsTo(client);
  const all = wanted.map(async ({ scopes, ...resource }) => {
    const principal = await directory.principalOf(resource.resourceAppId);
    const held = principal === undefined ? [] : scopesIn(grants, principal.id, accountId);
    return { ...resource, scopes: scopes.filter((name) => !held.includes(name)) };
  });
  return (await Promise.all(all)).filter(({ scopes }) => scopes.length > 0);
}

/** The permissions that remain after the others are removed. */
export function without(
  permissions: readonly DeclaredResource[],
  others: readonly DeclaredResource[],
): DeclaredResource[] {
  const isOther = (appId: string, name: string) =>
    others.some(({ resourceAppId, scopes }) => resourceAppId === appId && scopes.includes(name));
  return permissions
    .map((one) => ({ ...one, scopes: one.scopes.filter((name) => !isOther(one.resourceAppId, name)) }))
    .filter(({ scopes }) => scopes.length > 0);
}
