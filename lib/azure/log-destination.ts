/** Looks up whether a place for a vault's audit log exists, before anything is declared. */
import * as v from "valibot";
import type { Cloud } from "../config/clouds";
import { az, byPerson, Failure, run, setSetting } from "../errors/failure";
import { ApiError } from "./api";
import { regionOf } from "./deleted-vaults";
import { destinationKind } from "./diagnostics";
import { resourceManager } from "./resource-manager";

const nameAnother = run("Name another one", setSetting("vault.diagnostics", "<resource id>"));

const placeShape = v.looseObject({ location: v.string() });

/**
 * Looks whether a place for the log is there: the deployment would end after the vault is made, and without its setting.
 * @param location of the vault @throws Failure with the fix; ApiError for every refusal but a missing right; CredentialError
 */
export async function requireDestination(
  cloud: Cloud,
  id: string,
  location: string,
  api = resourceManager(cloud),
): Promise<void> {
  const { property, version } = destinationKind(id);
  const path = `${id}?api-version=${version}`;
  try {
    const found = await api.find(path, placeShape);
    if (found === undefined) throw noDestination(id);
    if (property === "workspaceId" || regionOf(found.location) === regionOf(location)) return;
    throw new Failure(
      "diagnostics-elsewhere",
      `${id} lies in ${found.location}, and the vault in ${location}: Azure Monitor sends a vault's log to a storage account in its region alone.`,
      nameAnother,
    );
  } catch (error) {
    // Who only previews need not see it.
    if (!(error instanceof ApiError) || error.status !== 403) throw error;
  }
}

function noDestination(id: string): Failure {
  return new Failure(
    "diagnostics-none",
    `There is no ${id}, or none that this login sees, and vault.diagnostics names it.`,
    byPerson("See whether it exists", az("resource", "show", "--ids", id)),
    nameAnother,
  );
}
