/** The commands that finish a consent elsewhere. */
import { type Cloud, clouds } from "../config/clouds";
import { type Command, ownCommand } from "../errors/failure";
import type { ConsentTarget } from "./target";

export function consentCommand(target: ConsentTarget): Command {
  const { clientSecretName, account } = target;
  return commandFor(
    target,
    ...["--client-secret-name", clientSecretName],
    ...(account === undefined ? [] : ["--account", account]),
  );
}

/** The same for an administrator, who grants what is declared and needs no client secret for it. */
export function administratorCommand(target: ConsentTarget): Command {
  return commandFor(target, "--as-administrator");
}

function commandFor({ cloud, vaultUri, tenantId, clientId }: ConsentTarget, ...more: readonly string[]): Command {
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
    ...more,
    ...(Object.keys(overrides).length === 0 ? [] : ["--endpoints", JSON.stringify(overrides)]),
  );
}
