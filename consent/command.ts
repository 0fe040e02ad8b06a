/** The command that finishes a consent elsewhere. */
import { clouds, type Endpoints } from "../config/clouds";
import { type Command, ownCommand } from "../errors/fix";
import type { ConsentTarget } from "./target";

export function consentCommand(target: ConsentTarget): Command {
  const { cloud, vaultUri, tenantId, clientId, clientSecretName, account } = target;
  const overrides = overridesOf(target);
  return ownCommand(
    "consent",
    ...["--cloud", cloud.name],
    ...["--vault", vaultUri],
    ...["--tenant", tenantId],
    ...["--client-id", clientId],
    ...["--client-secret-name", clientSecretName],
    ...(account === undefined ? [] : ["--account", account]),
    ...(Object.keys(overrides).length === 0 ? [] : ["--endpoints", JSON.stringify(overrides)]),
  );
}

/** What differs from the cloud's own row. */
function overridesOf({ cloud }: ConsentTarget): Partial<Endpoints> {
  const row = clouds[cloud.name];
  const names = [
    "authority",
    "partnerCenter",
    "microsoftGraph",
    "resourceManager",
    "azureAdGraph",
    "vaultSuffix",
  ] as const;
  return Object.fromEntries(names.filter((name) => cloud[name] !== row[name]).map((name) => [name, cloud[name]]));
}
