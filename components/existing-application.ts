/** Looks an application up before anything is declared: the first preview says what would change, or why nothing can. */
import * as pulumi from "@pulumi/pulumi";
import type { AzureApi } from "../azure/api";
import { microsoftGraph } from "../azure/graph";
import {
  type Application,
  findApplication,
  findApplicationOf,
  findServicePrincipal,
  findServicePrincipalOf,
  type ServicePrincipal,
} from "../application/applications";
import type { Cloud } from "../config/clouds";
import { replyUrls } from "../application/reply-urls";
import { adminAgents } from "./admin-agents";
import { nothingAdded, wantedAudience } from "../application/adoption/adoption";
import { named, requireAdoptable } from "../application/adoption/checks";
import { lookAtApplication } from "../application/adoption/look";
import { planOf, warningsOf } from "../application/adoption/plan";
import { identifierOf } from "./naming";
import { type ExtraPermissions, namedPermissions } from "../application/requested-permissions";

/** An application of this tenant that was found fit to be adopted. */
export interface ExistingApplication {
  clientId: string;
  objectId: string;
}

export interface AdoptionSettings extends ExtraPermissions {
  /** GUID. */
  tenantId: string;
  /** Client id or object id. */
  existingApplication: string;
  configurePreconsent?: boolean;
  changeSignInAudience?: boolean;
}

/**
 * @param name of the model that is going to adopt it
 * @param opts with the azuread provider of the stack
 * @throws Error when it is neither, lives in another tenant, or cannot be adopted as it is; CredentialError
 */
export async function findExistingApplication(
  name: string,
  cloud: Cloud,
  settings: AdoptionSettings,
  opts: pulumi.InvokeOptions,
): Promise<ExistingApplication> {
  const { tenantId, existingApplication: id } = settings;
  const graph = microsoftGraph(cloud, tenantId);
  const application = (await findApplicationOf(graph, id)) ?? (await findApplication(graph, id));
  if (application === undefined) throw await notFound(graph, id);
  requireSomebodyElses(application, identifierOf(tenantId, name));
  const wanted = {
    clientId: application.appId,
    replyUrls,
    permissions: namedPermissions(settings),
    signInAudience: wantedAudience,
    servicePrincipal: true,
    groups: settings.configurePreconsent ? [await adminAgents(opts)] : [],
  };
  requireAdoptable(graph.origin, application, wanted, settings.changeSignInAudience ?? false);
  const { present } = await lookAtApplication(graph, application, wanted, nothingAdded);
  const plan = planOf(application, wanted, present);
  if (plan !== "") await pulumi.log.info(plan);
  for (const warning of warningsOf(graph.origin, application)) await pulumi.log.warn(warning);
  return { clientId: application.appId, objectId: application.id };
}

/** Adopting what the stack itself has made would begin by taking it out of what is declared: the engine deletes it. */
function requireSomebodyElses(application: Application, ownIdentifier: string): void {
  if (!application.identifierUris.some((uri) => uri.endsWith(`/${ownIdentifier}`))) return;
  throw new Error(
    `${named(application)} was made by this stack, which keeps it already; adopting it would delete it. Take the setting out:\n` +
      `  pulumi config rm secure-application-model:existingApplication`,
  );
}

/** An id that is no application's of this tenant is often that of its service principal, or of an application elsewhere. */
async function notFound(graph: AzureApi, id: string): Promise<Error> {
  const principal = (await findServicePrincipalOf(graph, id)) ?? (await findServicePrincipal(graph, id));
  if (principal === undefined) {
    return new Error(
      `No application of this tenant has the client id or object id ${id}. Take one from this list, and check the tenant:\n` +
        `  az ad app list --all --query "[].{name:displayName, clientId:appId, objectId:id}" --output table\n` +
        `  pulumi config set secure-application-model:existingApplication <client id>`,
    );
  }
  const home = await findApplicationOf(graph, principal.appId);
  return home === undefined ? elsewhere(principal) : ofServicePrincipal(principal);
}

function elsewhere({ displayName, appId, appOwnerOrganizationId }: ServicePrincipal): Error {
  const tenant = appOwnerOrganizationId ?? "<its tenant>";
  return new Error(
    `The application "${displayName}" (client id ${appId}) lives in tenant ${tenant}: here is only its service principal, and an ` +
      `application is changed where it lives. Adopt it in a stack of that tenant:\n` +
      `  pulumi config set secure-application-model:tenantId ${tenant}`,
  );
}

function ofServicePrincipal({ id, displayName, appId }: ServicePrincipal): Error {
  return new Error(
    `${id} is the object id of the service principal (enterprise application) of "${displayName}", not of the application itself:\n` +
      `  pulumi config set secure-application-model:existingApplication ${appId}`,
  );
}
