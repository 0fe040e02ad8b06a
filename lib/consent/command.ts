/** The commands that finish a consent outside of this process. */
import { overridesIn } from "../config/clouds";
import { type Command, ownCommand } from "../errors/failure";
import { parseReference } from "./credential-reference";
import type { ConsentTarget } from "./target";

export function consentCommand(target: ConsentTarget): Command {
  const { clientSecretName, account } = target;
  return commandFor(
    target,
    [],
    ...[
      parseReference(clientSecretName)?.kind === "certificate" ? "--credential" : "--client-secret-name",
      clientSecretName,
    ],
    ...(account === undefined ? [] : ["--account", account]),
  );
}

/** The same for an administrator, who grants what is declared and needs neither a client secret nor a vault. */
export function administratorCommand(target: Place): Command {
  return commandFor(target, ["--as-administrator"]);
}

type Place = Pick<ConsentTarget, "cloud" | "tenantId" | "clientId"> & Partial<Pick<ConsentTarget, "vaultUri">>;

function commandFor(
  { cloud, vaultUri, tenantId, clientId }: Place,
  first: readonly string[],
  ...more: readonly string[]
): Command {
  const overrides = overridesIn(cloud);
  return ownCommand(
    "consent",
    ...first,
    ...["--cloud", cloud.name],
    ...(vaultUri === undefined ? [] : ["--vault", vaultUri]),
    ...["--tenant", tenantId],
    ...["--client-id", clientId],
    ...more,
    ...(Object.keys(overrides).length === 0 ? [] : ["--endpoints", JSON.stringify(overrides)]),
  );
}
