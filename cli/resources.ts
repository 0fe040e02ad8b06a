/** The resources that have a short name on the command line, and the cloud they are looked up in. */
import type { Cloud } from "../config/clouds";
import { sentence } from "../errors/failure";
import { UsageError } from "./exit-code";

const short = {
  "partner-center": "partnerCenter",
  arm: "resourceManager",
  graph: "microsoftGraph",
  "aad-graph": "azureAdGraph",
} as const satisfies Record<string, keyof Cloud>;

export type ResourceName = keyof typeof short;

/** Every other resource is named by its URI. */
export const resourceNames = Object.keys(short) as ResourceName[];

export function uriOf(cloud: Cloud, name: ResourceName): string {
  return cloud[short[name]];
}

/** The short name of what was asked for by its name or its URI; undefined for any other resource. */
export function nameOf(cloud: Cloud, resource: string): ResourceName | undefined {
  return resourceNames.find((name) => name === resource || uriOf(cloud, name) === resource.replace(/\/+$/u, ""));
}

/** @throws UsageError for what is neither a short name nor a URI */
export function resourceOf(cloud: Cloud, resource: string): string {
  const name = resourceNames.find((one) => one === resource);
  if (name !== undefined) return uriOf(cloud, name);
  if (/^[a-z][a-z0-9+.-]*:\/\/\S+$/iu.test(resource)) return resource;
  const names = resourceNames.join(", ");
  throw new UsageError(
    `There is no resource "${resource}".`,
    sentence(`Say ${names}, or a resource's URI such as ${cloud.microsoftGraph}.`),
  );
}
