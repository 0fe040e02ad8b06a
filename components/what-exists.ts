/** From settings that name what exists to arguments that hold what was found, before anything is declared. */
import type * as pulumi from "@pulumi/pulumi";
import type { Cloud } from "../config/clouds";
import type { ExistingApplication } from "./existing-application";
import type { SecureApplicationModelArgs } from "./secure-application-model";

/** The application is named by its client id or object id. */
type Named<Args> = Args extends { existingApplication: ExistingApplication }
  ? Omit<Args, "existingApplication"> & { existingApplication: string }
  : Args;

/**
 * @param name of the model that will be declared with the result
 * @param opts with the azuread provider of the stack
 * @throws Error when something is not there, or not as it has to be
 */
export async function findWhatExists(
  name: string,
  cloud: Cloud,
  settings: Named<SecureApplicationModelArgs> & { tenantId: string },
  opts: pulumi.InvokeOptions,
): Promise<SecureApplicationModelArgs> {
  const { vault, clientSecret } = settings;
  // Loaded late: a stack that makes everything never asks, and Azure's libraries are slow to load.
  if ("uri" in vault) {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded late
    const { requireExistingVault } = require("./existing-vault-checks") as typeof import("./existing-vault-checks");
    await requireExistingVault(
      cloud,
      vault.uri,
      "vaultSecretName" in clientSecret ? clientSecret.vaultSecretName : undefined,
    );
  }
  if (!("existingApplication" in settings)) return settings;
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded late
  const { findExistingApplication } = require("./existing-application") as typeof import("./existing-application");
  return { ...settings, existingApplication: await findExistingApplication(name, cloud, settings, opts) };
}
