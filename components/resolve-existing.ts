/** Converts settings that name existing resources to arguments with what was found. */
import * as pulumi from "@pulumi/pulumi";
import { findAdoptable, planAdoption } from "../lib/application/adoption/find";
import { wantedOf } from "../lib/application/adoption/lists";
import { type NamedChoice, resolvePermissions } from "../lib/application/find-permissions";
import { microsoftGraph } from "../lib/azure/graph";
import type { Cloud } from "../lib/config/clouds";
import { requireExistingVault } from "../lib/vault/existing";
import { adminAgents } from "./admin-agents";
import type { ExistingApplication } from "./adopted-application";
import { identifierOf } from "./naming";
import type { SecureApplicationModelArgs } from "./secure-application-model";

/** The application is named by client id or object id, permissions and their resources by names or ids. */
type Named<Args> = (Args extends { existingApplication: ExistingApplication }
  ? Omit<Args, "existingApplication" | "permissions"> & { existingApplication: string }
  : Omit<Args, "permissions">) &
  Pick<NamedChoice, "permissions">;
type Settings = Named<SecureApplicationModelArgs> & { tenantId: string };

/** Prints what would change. @param opts with the azuread provider @param held client ids, where the state has an application that this stack made @throws Failure; CredentialError */
export async function resolveExisting(
  name: string,
  cloud: Cloud,
  settings: Settings,
  opts: pulumi.InvokeOptions,
  held: readonly string[] | undefined,
): Promise<SecureApplicationModelArgs> {
  const { vault } = settings;
  if ("uri" in vault) {
    const { vaultSecretName, declared } = settings.credential;
    const makesCertificate = declared.some(({ kind }) => kind === "certificate");
    const warning = await requireExistingVault(cloud, vault.uri, vaultSecretName, makesCertificate);
    if (warning !== undefined) await pulumi.log.warn(warning);
  }
  const graph = microsoftGraph(cloud, settings.tenantId);
  const found = { ...settings, permissions: await resolvePermissions(graph, settings) };
  if (!("existingApplication" in found)) return found;
  const { tenantId, existingApplication: id, changeSignInAudience = false, configurePreconsent } = found;
  const application = await findAdoptable(
    graph,
    id,
    held && { identifier: identifierOf(tenantId, name), clientIds: held },
  );
  const wanted = wantedOf(application.appId, found, configurePreconsent ? [await adminAgents(opts)] : []);
  const { plan, warnings } = await planAdoption(graph, application, wanted, changeSignInAudience);
  if (plan !== "") await pulumi.log.info(plan);
  for (const warning of warnings) await pulumi.log.warn(warning);
  return { ...found, existingApplication: { clientId: application.appId, objectId: application.id } };
}
