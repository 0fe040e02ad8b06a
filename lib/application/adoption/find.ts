/** Finds the application to adopt by its client id or object id, and describes what would change. */
import type { AzureApi } from "../../azure/api";
import { az, byPerson, Failure, removeSetting, run, sentence, setSetting } from "../../errors/failure";
import {
  type Application,
  findApplicationNamed,
  findApplicationOf,
  findDeleted,
  findServicePrincipal,
  findServicePrincipalOf,
  named,
} from "../applications";
import { isIdentifiedBy } from "../own";
import { requireAdoptable } from "./checks";
import { nothingAdded, type WholeWanted } from "./lists";
import { lookAtApplication } from "./look";
import { planOf, warningsOf } from "./plan";

/**
 * @param id client id or object id @param own what the application has that the stack's state has
 * @throws Failure if it is unknown, another tenant's or this stack's own
 */
export async function findAdoptable(
  graph: AzureApi,
  id: string,
  own: { identifier: string; clientIds: readonly string[] } | undefined,
): Promise<Application> {
  const application = await findApplicationNamed(graph, id);
  if (application === undefined) throw await notFound(graph, id);
  if (own === undefined) return application;
  // Somebody may have removed the identifier URI, and a renamed stack has a different URI.
  if (!own.clientIds.includes(application.appId) && !isIdentifiedBy(application, own.identifier)) return application;
  // An adopted application is not a declared resource: the engine would delete the stack's own.
  throw new Failure(
    "application-own",
    `${named(application)} was created by this stack, which still manages it; adopting it would delete it.`,
    run(
      "Remove the setting, and name the application as before",
      removeSetting("existingApplication"),
      setSetting("displayName", application.displayName),
    ),
  );
}

/** @throws Failure when the application cannot be adopted as it is */
export async function planAdoption(
  graph: AzureApi,
  application: Application,
  wanted: WholeWanted,
  changeSignInAudience: boolean,
): Promise<{ plan: string; warnings: string[] }> {
  requireAdoptable(graph.origin, application, wanted, changeSignInAudience);
  const { present } = await lookAtApplication(graph, application, wanted, nothingAdded);
  return { plan: planOf(application, wanted, present), warnings: warningsOf(graph.origin, application) };
}

/** An unknown id is often that of its service principal, or of an application in another tenant. */
async function notFound(graph: AzureApi, id: string): Promise<Failure> {
  const principal = (await findServicePrincipalOf(graph, id)) ?? (await findServicePrincipal(graph, id));
  if (principal === undefined) {
    const query = "[].{name:displayName, clientId:appId, objectId:id}";
    return new Failure(
      "application-missing",
      `No application of this tenant has the client id or object id ${id}.`,
      run(
        "Take one from this list, and check the tenant",
        az("ad", "app", "list", "--all", "--query", query, "--output", "table"),
        setSetting("existingApplication", "<client id>"),
      ),
    );
  }
  const { displayName, appId } = principal;
  if ((await findDeleted(graph, "application", appId)) !== undefined)
    throw new Failure(
      "application-missing",
      `${named(principal)} was deleted, and only its service principal is here.`,
      sentence("Restore it in the Microsoft Entra admin center: App registrations, Deleted applications."),
    );
  if ((await findApplicationOf(graph, appId)) !== undefined) {
    return new Failure(
      "application-principal",
      `${principal.id} is the object id of the service principal (enterprise application) of "${displayName}", not of the application itself.`,
      run("Name the application", setSetting("existingApplication", appId)),
    );
  }
  const tenant = principal.appOwnerOrganizationId ?? "<its tenant>";
  return new Failure(
    "application-elsewhere",
    `${named(principal)} belongs to tenant ${tenant}: only its service principal is here, and an application is changed in its own tenant.`,
    byPerson("Adopt it in a stack of that tenant, as a deployer of that tenant", setSetting("tenantId", tenant)),
  );
}
