/** Where a vault is to be created, and what was found there. */
import { az, byPerson, type Fix } from "../errors/failure";
import type { ApiError } from "./api";
import type { DeletedPlace } from "./deleted-vaults";

export interface VaultPlace extends DeletedPlace {
  resourceGroupName: string;
  /** Days that it can be recovered after a deletion; fixed once it exists. */
  retentionDays: number;
  /** Whether the resource group must already exist, because the stack does not create it. */
  groupExists: boolean;
}

export interface FoundVault {
  /** "none": no vault that this login can access has the name; "unknown": the login may not read it. */
  state: "live" | "deleted" | "none" | "unknown";
  /** Of a live vault only. */
  uri?: string;
  /** Of a live vault only, as in Azure: "Enabled", "Disabled". */
  publicNetworkAccess?: string | undefined;
  /** Why the state is unknown. */
  refusal?: ApiError;
}

/** A person without the right to create it must ask somebody who has it. */
export function makeGroup(place: Pick<VaultPlace, "subscriptionId" | "resourceGroupName" | "location">): Fix {
  const { subscriptionId, resourceGroupName, location } = place;
  const make = ["--name", resourceGroupName, "--location", location, "--subscription", subscriptionId];
  return byPerson("Let somebody who may make it", az("group", "create", ...make));
}
