import type { Application, Clock, DirectoryObject, ServicePrincipal, Tenant } from "../context";
import { checkIdentifierUris } from "./identifier-uris";
import { timestamp } from "./timestamp";

const retentionMilliseconds = 30 * 24 * 60 * 60 * 1000;

const applicationType = "#microsoft.graph.application";
const servicePrincipalType = "#microsoft.graph.servicePrincipal";

/** The deleted object as an application, if it was one. */
export function deletedApplication(object: DirectoryObject): Application | undefined {
  return object["@odata.type"] === applicationType ? (object as Application) : undefined;
}

/** The deleted object as a service principal, if it was one. */
export function deletedServicePrincipal(object: DirectoryObject): ServicePrincipal | undefined {
  return object["@odata.type"] === servicePrincipalType ? (object as ServicePrincipal) : undefined;
}

/** Moves an application to the deleted objects, and with it its service principal in its home tenant. */
export function deleteApplication(tenant: Tenant, application: Application, clock: Clock): void {
  for (const servicePrincipal of servicePrincipalsOf(tenant, application.appId)) {
    deleteServicePrincipal(tenant, servicePrincipal, clock);
  }
  tenant.applications.delete(application.id);
  bury(tenant, applicationType, application, clock);
}

/** Moves a service principal to the deleted objects. */
export function deleteServicePrincipal(tenant: Tenant, servicePrincipal: ServicePrincipal, clock: Clock): void {
  tenant.servicePrincipals.delete(servicePrincipal.id);
  bury(tenant, servicePrincipalType, servicePrincipal, clock);
}

/**
 * Restores a deleted object, an application without its service principal, by Graph's page of this operation. The
 * admin center restores both, by Entra's pages.
 */
export function restore(tenant: Tenant, object: DirectoryObject): void {
  const application = deletedApplication(object);
  const servicePrincipal = deletedServicePrincipal(object);
  if (application) checkIdentifierUris(tenant, application, application.identifierUris);
  tenant.deleted.delete(object.id);
  if (servicePrincipal) tenant.servicePrincipals.set(object.id, withoutBurial(servicePrincipal));
  if (application) tenant.applications.set(object.id, withoutBurial(application));
}

/** Removes a deleted object permanently, and every reference to it. */
export function purge(tenant: Tenant, id: string): void {
  tenant.deleted.delete(id);
  tenant.owners.delete(id);
  for (const members of [...tenant.groups.values()].map((group) => group.members)) {
    members.delete(id);
  }
}

/** Deleted objects that can still be restored: they are removed permanently after 30 days. */
export function deletedObjects(tenant: Tenant, clock: Clock): DirectoryObject[] {
  for (const object of [...tenant.deleted.values()]) {
    if (Date.parse(String(object["deletedDateTime"])) + retentionMilliseconds <= clock.now()) {
      purge(tenant, object.id);
    }
  }
  return [...tenant.deleted.values()];
}

export function servicePrincipalsOf(tenant: Tenant, appId: string): ServicePrincipal[] {
  return [...tenant.servicePrincipals.values()].filter((servicePrincipal) => servicePrincipal.appId === appId);
}

function bury(tenant: Tenant, type: string, object: DirectoryObject, clock: Clock): void {
  const deletedDateTime = timestamp(clock.now());
  tenant.deleted.set(object.id, { ...object, "@odata.type": type, deletedDateTime });
}

function withoutBurial<T extends DirectoryObject>(object: T): T {
  const live = { ...object, deletedDateTime: null };
  delete live["@odata.type"];
  return live;
}
