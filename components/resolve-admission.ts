/** Checks whether the tenant allows the credential that a deployment would create, before anything is declared. */
import * as pulumi from "@pulumi/pulumi";
import type { Cloud } from "../lib/config/clouds";
import type { CredentialSettings } from "../lib/consent/credential-admission";
import { labelOf, parseReference } from "../lib/consent/credential-reference";
import type { Tags } from "../lib/consent/tags";
import { Failure } from "../lib/errors/failure";
import { textOf } from "../lib/errors/text";
import { now } from "../lib/startup/clock";
import { addressOf, type PlacedVault } from "./resolve-vault";
import type { CredentialArgs } from "./secure-application-model";

interface Settings {
  existingApplication?: string;
  credential: CredentialSettings;
  vault: PlacedVault;
}

/**
 * Reads the tenant's application management policies if a credential would be created, and only then. Few deployers may read them, and none
 * that is signed in with `az login`: nothing is printed then, `doctor` shows it, and Microsoft Graph refuses what they forbid.
 * @param settings from resolveVault()
 * @param declared from resolveCredentials()
 * @param tags of the stack's token, from resolveToken()
 * @throws Failure with the settings that the policy allows
 */
export async function requireAdmitted(
  cloud: Cloud,
  tenantId: string,
  settings: Settings,
  declared: CredentialArgs,
  tags: Tags = {},
): Promise<void> {
  if (await isThere(cloud, settings, declared, tags)) return;
  /* eslint-disable @typescript-eslint/no-require-imports -- loaded late: most previews make no credential */
  const { microsoftGraph } = require("../lib/azure/graph") as typeof import("../lib/azure/graph");
  const { admissionOf } =
    require("../lib/consent/credential-admission") as typeof import("../lib/consent/credential-admission");
  /* eslint-enable @typescript-eslint/no-require-imports */
  const application = settings.existingApplication ?? tags["application"];
  const found = await admissionOf(microsoftGraph(cloud, tenantId), application, settings.credential, now());
  if (found instanceof Failure) throw found;
  if (found?.kind === "exempt") await pulumi.log.warn(textOf(found));
}

/** Whether nothing is created: the token already names the declared credential, or somebody else creates it. */
async function isThere(
  cloud: Cloud,
  { vault }: Settings,
  { declared: [current], vaultSecretName }: CredentialArgs,
  tags: Tags,
): Promise<boolean> {
  if (vaultSecretName !== undefined) return true;
  const reference = tags["client-secret"] ?? "";
  if (parseReference(reference)?.kind !== current.kind) return false;
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded late: a new stack has no vault to look at
  const { Vault } = require("../lib/vault/secrets") as typeof import("../lib/vault/secrets");
  const named = await labelOf(new Vault(cloud, addressOf(vault) ?? ""), reference).catch((error: unknown) => {
    if (error instanceof Failure) return undefined;
    throw error;
  });
  return named === current.label;
}
