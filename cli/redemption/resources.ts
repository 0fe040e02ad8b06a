/** The resources with a short name, and their addresses in a cloud. */
import { audienceOf, type Cloud, clouds, firstPartyApps } from "../../lib/config/clouds";
import { isGuid } from "../../lib/config/limits";
import { sentence } from "../../lib/errors/failure";
import { UsageError } from "../terminal/exit-code";

export const resourceAppIds = {
  "partner-center": firstPartyApps.partnerCenter,
  arm: firstPartyApps.azureResourceManager,
  graph: firstPartyApps.microsoftGraph,
  "aad-graph": firstPartyApps.azureAdGraph,
} as const;

export type ResourceName = keyof typeof resourceAppIds;

/** Every other resource is given by its client id or its URI. */
export const resourceNames = Object.keys(resourceAppIds) as ResourceName[];

export function uriOf(cloud: Cloud, name: ResourceName): string {
  return audienceOf(cloud, resourceAppIds[name]);
}

/** The short name of what was given by it, by client id or by one of its URIs: tools ask with Microsoft's, also where a stack has other endpoints. */
export function nameOf(cloud: Cloud, resource: string): ResourceName | undefined {
  const wanted = resource.replace(/\/+$/u, "").toLowerCase();
  if (wanted === cloud.formerResourceManager) return "arm";
  return resourceNames.find((name) =>
    [name, resourceAppIds[name], uriOf(cloud, name), uriOf(clouds[cloud.name], name)].includes(wanted),
  );
}

/** A URI or a client id; a foreign URI keeps its last slash. @throws UsageError */
export function resourceOf(cloud: Cloud, resource: string): string {
  const name = nameOf(cloud, resource);
  if (name !== undefined) return uriOf(cloud, name);
  if (isGuid(resource) || /^[a-z][a-z0-9+.-]*:\/\/\S+$/iu.test(resource)) return resource;
  const names = resourceNames.join(", ");
  const fix = `Use ${names}, a resource's client id, or its URI such as ${cloud.microsoftGraph}.`;
  throw new UsageError(`There is no resource "${resource}".`, sentence(fix));
}
