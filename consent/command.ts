/** The command that finishes a consent elsewhere, ready to paste. */
import { clouds, type Endpoints } from "../config/clouds";
import type { ConsentTarget } from "./target";

export function consentCommand(target: ConsentTarget): string {
  const words = [
    "npx secure-app-model consent",
    `--cloud ${target.cloud.name}`,
    `--vault ${target.vaultUri}`,
    `--tenant ${target.tenantId}`,
    `--client-id ${target.clientId}`,
    `--client-secret-name ${target.clientSecretName}`,
  ];
  if (target.account !== undefined) words.push(`--account ${target.account}`);
  const overrides = overridesOf(target);
  if (Object.keys(overrides).length > 0) words.push(`--endpoints '${JSON.stringify(overrides)}'`);
  return words.join(" ");
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
