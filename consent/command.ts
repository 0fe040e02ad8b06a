/** The command that finishes a consent elsewhere. */
import { type Cloud, clouds } from "../config/clouds";
import { type Command, ownCommand } from "../errors/failure";
import type { ConsentTarget } from "./target";

export function consentCommand(target: ConsentTarget): Command {
  const { cloud, vaultUri, tenantId, clientId, clientSecretName, account } = target;
  // What differs from the cloud's own row.
  const own = Object.entries(clouds[cloud.name]) as [keyof Cloud, string][];
  const overrides = Object.fromEntries(
    own.flatMap(([name, value]) => (cloud[name] === value ? [] : [[name, cloud[name]]])),
  );
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
