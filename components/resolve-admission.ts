/** Checks whether the tenant allows the credential that a deployment would create. */
import * as pulumi from "@pulumi/pulumi";
import { microsoftGraph } from "../lib/azure/graph";
import { admissionOf, type CredentialSettings } from "../lib/consent/credential-admission";
import { labelOf, parseReference } from "../lib/consent/credential-reference";
import type { Tags } from "../lib/consent/tags";
import { Failure } from "../lib/errors/failure";
import { textOf } from "../lib/errors/text";
import { now } from "../lib/startup/clock";
import { Vault } from "../lib/vault/secrets";
import { requireSilence } from "./secret-exposure";
import type { TokenPlace } from "./resolve-model";
import type { CredentialArgs } from "./secure-application-model";

/**
 * Reads the tenant's application management policies if a credential would be created. Few deployers may, and
 * none signed in with `az login`: nothing is printed then, and Microsoft Graph refuses what they forbid.
 * @throws Failure with the settings that the policy allows
 */
export async function requireAdmitted(
  place: TokenPlace,
  settings: { existingApplication?: string; credential: CredentialSettings },
  declared: CredentialArgs,
  tags: Tags = {},
): Promise<void> {
  if (await isThere(place, declared, tags["client-secret"] ?? "")) return;
  if (declared.declared[0].kind === "secret") requireSilence();
  const application = settings.existingApplication ?? tags["application"];
  const graph = microsoftGraph(place.cloud, place.tenantId);
  const found = await admissionOf(graph, application, settings.credential, now());
  if (found instanceof Failure) throw found;
  if (found?.kind === "exempt") await pulumi.log.warn(textOf(found));
}

/** Whether nothing is created: the token already names the credential, or somebody else creates it. */
async function isThere(
  { cloud, vaultUri = "" }: TokenPlace,
  { declared: [current], vaultSecretName }: CredentialArgs,
  reference: string,
): Promise<boolean> {
  if (vaultSecretName !== undefined) return true;
  if (parseReference(reference)?.kind !== current.kind) return false;
  const named = await labelOf(new Vault(cloud, vaultUri), reference).catch((error: unknown) => {
    if (error instanceof Failure) return undefined;
    throw error;
  });
  return named === current.label;
}
