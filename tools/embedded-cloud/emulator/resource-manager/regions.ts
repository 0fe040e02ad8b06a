import type { CloudName } from "../clouds";
import { ResourceError } from "./errors";
import { normalLocation } from "./paths";

/** A cloud's regions, by the names that people read. No name is in two clouds. */
const regions: Readonly<Record<string, readonly string[]>> = {
  AzureCloud: [
    ...["Australia Central", "Australia East", "Australia Southeast", "Brazil South", "Canada Central", "Canada East"],
    ...["Central India", "Central US", "East Asia", "East US", "East US 2", "France Central", "Germany West Central"],
    ...["Israel Central", "Italy North", "Japan East", "Japan West", "Jio India West", "Korea Central", "Korea South"],
    ...["Mexico Central", "North Central US", "North Europe", "Norway East", "Poland Central", "Qatar Central"],
    ...["South Africa North", "South Central US", "Southeast Asia", "South India", "Spain Central", "Sweden Central"],
    ...["Switzerland North", "UAE North", "UK South", "UK West", "West Central US", "West Europe", "West India"],
    ...["West US", "West US 2", "West US 3"],
  ],
  AzureUSGovernment: [
    ...["USGov Virginia", "USGov Iowa", "USDoD Central", "USDoD East", "USGov Texas", "USGov Arizona"],
  ],
} satisfies Record<CloudName, readonly string[]>;

/** Names of the regions that a cloud has, as people read them. */
export const regionNamesOf = (cloud: string): readonly string[] => regions[cloud] ?? [];

/** The same in the form of requests. */
export const regionsOf = (cloud: string): readonly string[] => regionNamesOf(cloud).map(normalLocation);

/** @throws ResourceError with Resource Manager's text for a region that the cloud does not have */
export function requireGroupRegion(cloud: string, location: string): void {
  if (regionsOf(cloud).includes(location)) return;
  throw new ResourceError(
    400,
    "LocationNotAvailableForResourceGroup",
    `The provided location '${location}' is not available for resource group. ` +
      `List of available regions is '${regionsOf(cloud).join(",")}'.`,
  );
}

/** The same for a resource. @param type with its namespace, such as Microsoft.KeyVault/vaults */
export function requireTypeRegion(cloud: string, type: string, location: string): void {
  if (regionsOf(cloud).includes(location)) return;
  throw new ResourceError(
    400,
    "LocationNotAvailableForResourceType",
    `The provided location '${location}' is not available for resource type '${type}'. ` +
      `List of available regions for the resource type is '${regionsOf(cloud).join(",")}'.`,
  );
}
