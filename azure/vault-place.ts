/** Where a vault is to be, and what was found there. */
import { az, byPerson, type Fix } from "../errors/failure";
import type { ApiError } from "./api";
import type { DeletedPlace } from "./deleted-vaults";

export interface VaultPlace extends DeletedPlace {
  resourceGroupName: string;
  /** Whether the resource group has to be there: nobody makes it. */
  groupExists: boolean;
}

export interface FoundVault {
  /** "none": no vault that this login can access has the name; "unknown": it may not look. */
  state: "live" | "deleted" | "none" | "unknown";
  /** A live one's. */
  uri?: string;
  /** A live one's, as Azure writes it: "Enabled", "Disabled". */
  publicNetworkAccess?: string | undefined;
  /** Why it is unknown. */
  refusal?: ApiError;
}

/** Who may not make it asks somebody who may. */
export function makeGroup(place: Pick<VaultPlace, "subscriptionId" | "resourceGroupName" | "location">): Fix {
  const { subscriptionId, resourceGroupName, location } = place;
  const make = ["--name", resourceGroupName, "--location", location, "--subscription", subscriptionId];
  return byPerson("Let somebody who may make it", az("group", "create", ...make));
}
