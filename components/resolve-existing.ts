/** Converts settings that name existing resources to arguments with what was found, before anything is declared. */
import * as pulumi from "@pulumi/pulumi";
import { wantedOf } from "../lib/application/adoption/lists";
import type { NamedChoice } from "../lib/application/find-permissions";
import type { Cloud } from "../lib/config/clouds";
import { adminAgents } from "./admin-agents";
import type { ExistingApplication } from "./adopted-application";
import { identifierOf } from "./naming";
import type { SecureApplicationModelArgs } from "./secure-application-model";

/** The application is named by its client id or object id, permissions and their resources by names or ids. */
type Named<Args> = (Args extends { existingApplication: ExistingApplication }
  ? Omit<Args, "existingApplication" | "permissions"> & { existingApplication: string }
  : Omit<Args, "permissions">) &
  Pick<NamedChoice, "permissions">;
type Settings = Named<SecureApplicationModelArgs> & { tenantId: string };

/**
 * Looks up what the settings name and prints what would change: the first preview shows it, or fails with the fix.
 * @param name of the model that will be declared with the result
 * @param opts with the azuread provider of the stack
 * @throws Failure when something does not exist or is not in the required state; CredentialError
 */
export async function resolveExisting(
  name: string,
  cloud: Cloud,
  settings: Settings,
  opts: pulumi.InvokeOptions,
): Promise<SecureApplicationModelArgs> {
  const { vault } = settings;
  // Loaded late: a stack that creates everything does not need it, and Azure's libraries are slow to load.
  if ("uri" in vault) {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded late
    const { requireExistingVault } = require("../lib/vault/existing") as typeof import("../lib/vault/existing");
    const warning = await requireExistingVault(cloud, vault.uri, settings.credential.vaultSecretName);
    if (warning !== undefined) await pulumi.log.warn(warning);
  }
  /* eslint-disable @typescript-eslint/no-require-imports -- loaded late */
  const { microsoftGraph } = require("../lib/azure/graph") as typeof import("../lib/azure/graph");
  const named = require("../lib/application/find-permissions") as typeof import("../lib/application/find-permissions");
  const adoption = require("../lib/application/adoption/find") as typeof import("../lib/application/adoption/find");
  /* eslint-enable @typescript-eslint/no-require-imports */
  const graph = microsoftGraph(cloud, settings.tenantId);
  const found = { ...settings, permissions: await named.resolvePermissions(graph, settings) };
  if (!("existingApplication" in found)) return found;
  const { tenantId, existingApplication: id, changeSignInAudience = false, configurePreconsent } = found;
  const application = await adoption.findAdoptable(graph, id, identifierOf(tenantId, name));
  const wanted = wantedOf(application.appId, found, configurePreconsent ? [await adminAgents(opts)] : []);
  const { plan, warnings } = await adoption.planAdoption(graph, application, wanted, changeSignInAudience);
  if (plan !== "") await pulumi.log.info(plan);
  for (const warning of warnings) await pulumi.log.warn(warning);
  return { ...found, existingApplication: { clientId: application.appId, objectId: application.id } };
}
