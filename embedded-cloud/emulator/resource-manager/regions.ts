import type { CloudName } from "../clouds";
import { ResourceError } from "./errors";

/** Regions for a cloud's resource groups and vaults. Each cloud has its own: no name is in two of them. */
const regions: Readonly<Record<string, readonly string[]>> = {
  AzureCloud: [
    ...["australiacentral", "australiaeast", "australiasoutheast", "brazilsouth", "canadacentral", "canadaeast"],
    ...["centralindia", "centralus", "eastasia", "eastus", "eastus2", "francecentral", "germanywestcentral"],
    ...["israelcentral", "italynorth", "japaneast", "japanwest", "jioindiawest", "koreacentral", "koreasouth"],
    ...["mexicocentral", "northcentralus", "northeurope", "norwayeast", "polandcentral", "qatarcentral"],
    ...["southafricanorth", "southcentralus", "southeastasia", "southindia", "spaincentral", "swedencentral"],
    ...["switzerlandnorth", "uaenorth", "uksouth", "ukwest", "westcentralus", "westeurope", "westindia", "westus"],
    ...["westus2", "westus3"],
  ],
  AzureUSGovernment: ["usgovvirginia", "usgoviowa", "usdodcentral", "usdodeast", "usgovtexas", "usgovarizona"],
} satisfies Record<CloudName, readonly string[]>;

/** Names of the regions that a cloud has. */
export const regionsOf = (cloud: string): readonly string[] => regions[cloud] ?? [];

/** @throws ResourceError with Resource Manager's text for a resource group in an unknown region, or in one of another cloud */
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
