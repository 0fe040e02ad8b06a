/** The command that finishes a consent elsewhere, ready to paste. */
import { clouds, type Endpoints } from "../config/clouds";
import type { ConsentTarget } from "./target";

export function consentCommand(target: ConsentTarget): string {
  const words = [
    "npx secure-app-model consent",
    `--cloud ${target.cloud.name}`,
    `--vault ${quoted(target.vaultUri)}`,
    `--tenant ${quoted(target.tenantId)}`,
    `--client-id ${quoted(target.clientId)}`,
    `--client-secret-name ${quoted(target.clientSecretName)}`,
  ];
  if (target.account !== undefined) words.push(`--account ${quoted(target.account)}`);
  const overrides = overridesOf(target);
  if (Object.keys(overrides).length > 0) words.push(`--endpoints ${quoted(JSON.stringify(overrides))}`);
  return words.join(" ");
}

/** One word of a POSIX shell, quoted only where it has to be. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/u.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
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
