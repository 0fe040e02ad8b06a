/** Names of permissions, from the service principals that publish them: asked only when a permission has drifted. */
import { AzureApi } from "../../azure/api";
import { azureCredential } from "../../azure/credential";
import { type Cloud, cloudNames, cloudOf } from "../../config/clouds";
import { parseEndpoints } from "../../config/endpoints";
import { namespace } from "../../errors/fix";
import type { Finding } from "./findings";
import { isPermission, type PermissionEntry, permissionsProperty } from "./permission-entries";
import type { Value } from "./values";

interface Publisher {
  appId: string;
  displayName: string;
  appRoles: { id: string; value: string | null }[];
  oauth2PermissionScopes: { id: string; value: string | null }[];
}

/**
 * Puts names in the place of ids, "Microsoft Graph: User.Read (Scope)", with the id behind what nobody publishes.
 * Where Graph cannot be asked the ids stay: they are the drift, the names only help to read it.
 * @param config the stack's configuration, which names its cloud
 */
export async function withPermissionNames(
  findings: Finding[],
  config: Readonly<Record<string, string>>,
  cwd: string,
): Promise<Finding[]> {
  const permissions = findings
    .filter(({ property }) => property === permissionsProperty)
    .flatMap(({ declared, live }) => [declared, live])
    .filter(isPermission);
  if (permissions.length === 0) return findings;
  const publishers = await publishersOf(permissions, cloudIn(config, cwd));
  const name = (value: Value | undefined): Value | undefined =>
    isPermission(value) ? nameOf(value, publishers) : value;
  return findings.map((finding) => {
    const { declared, live, ...others } = finding;
    const names = { declared: name(declared), live: name(live) };
    return {
      ...others,
      ...(names.declared === undefined ? {} : { declared: names.declared }),
      ...(names.live === undefined ? {} : { live: names.live }),
    };
  });
}

function nameOf({ resourceAppId, id, type }: PermissionEntry, publishers: readonly Publisher[]): string {
  const publisher = publishers.find(({ appId }) => appId === resourceAppId);
  const published = type === "Role" ? publisher?.appRoles : publisher?.oauth2PermissionScopes;
  const name = published?.find((one) => one.id === id)?.value ?? id;
  return `${publisher?.displayName ?? resourceAppId}: ${name} (${type})`;
}

async function publishersOf(permissions: PermissionEntry[], cloud: Cloud | undefined): Promise<Publisher[]> {
  if (cloud === undefined) return [];
  const graph = new AzureApi("Microsoft Graph", cloud.microsoftGraph, azureCredential(cloud));
  const ids = [...new Set(permissions.map(({ resourceAppId }) => resourceAppId))];
  try {
    const found = await Promise.all(
      ids.map((id) => graph.list<Publisher>(`/v1.0/servicePrincipals?$filter=appId eq '${encodeURIComponent(id)}'`)),
    );
    return found.flat();
  } catch {
    return [];
  }
}

function cloudIn(config: Readonly<Record<string, string>>, cwd: string): Cloud | undefined {
  const name = cloudNames.find((one) => one === config[`${namespace}:cloud`]);
  const endpoints = config[`${namespace}:endpoints`];
  return name && cloudOf(name, endpoints ? parseEndpoints(endpoints, cwd) : {});
}
