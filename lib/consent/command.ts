/** The commands that finish a consent outside of this process. */
import { overridesIn } from "../config/clouds";
import { type Command, ownCommand } from "../errors/failure";
import { parseReference } from "./credential-reference";
import type { Client, ConsentTarget } from "./target";

export function consentCommand(target: ConsentTarget): Command {
  const { clientSecretName, account } = target;
  const isCertificate = parseReference(clientSecretName)?.kind === "certificate";
  return commandFor(target, [], {
    [isCertificate ? "--credential" : "--client-secret-name"]: clientSecretName,
    "--account": account,
  });
}

type Place = Client & { vaultUri?: string };

/** The same for an administrator, who grants what is declared and needs neither client secret nor vault. */
export const administratorCommand = (target: Place): Command => commandFor(target, ["--as-administrator"], {});

function commandFor(
  { cloud, vaultUri, tenantId, clientId }: Place,
  first: readonly string[],
  more: Readonly<Record<string, string | undefined>>,
): Command {
  const overrides = overridesIn(cloud);
  const options = {
    ...{ "--cloud": cloud.name, "--vault": vaultUri, "--tenant": tenantId, "--client-id": clientId },
    ...more,
    "--endpoints": Object.keys(overrides).length === 0 ? undefined : JSON.stringify(overrides),
  };
  const given = Object.entries(options).flatMap(([option, value]) => (value === undefined ? [] : [option, value]));
  return ownCommand("consent", ...first, ...given);
}
