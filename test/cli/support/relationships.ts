/** Granular relationships (GDAP) of a stage's customers, and the permissions that show them. */
import { randomUUID } from "node:crypto";
import { type AdminRelationship, type Customer, firstParty } from "../../../tools/embedded-cloud/testing/directory";
import { consentForEverybody, partnerTenant } from "../../../tools/embedded-cloud/testing/applications";
import type { Stage } from "./stage";

export const globalReader = "f2ef992c-3afb-46b9-b7cf-a126ee74c451";

export const showingRelationships = ["DelegatedAdminRelationship.Read.All", "User.Read"];

/** Declares delegated permissions of Microsoft Graph, grants them to everybody, and stores a token. */
export async function withGraph(stage: Stage, ...names: string[]): Promise<void> {
  const resourceAccess = firstParty.microsoftGraph.scopes
    .filter(({ value }) => names.includes(value))
    .map(({ id }) => ({ id, type: "Scope" as const }));
  const { application } = stage.application;
  application.requiredResourceAccess.push({ resourceAppId: firstParty.microsoftGraph.appId, resourceAccess });
  consentForEverybody(stage.emulator, application);
  await stage.storeToken();
}

/** One that gives a group a role until 2199, unless the changes say otherwise. */
export function relationship(groupId: string, changes: Partial<AdminRelationship> = {}): AdminRelationship {
  const { roles = [globalReader], id = randomUUID() } = changes;
  return {
    ...{ id, displayName: "Reading", createdDateTime: "2026-01-01T00:00:00Z", duration: "P730D", roles },
    ...{ endDateTime: "2199-06-01T00:00:00Z", assignments: [{ id: "a", groupId, roles }] },
    ...changes,
  };
}

export function customersOf({ emulator }: Stage): [Customer, Customer, Customer] {
  const [first, second, third] = partnerTenant(emulator).customers;
  if (first === undefined || second === undefined || third === undefined)
    throw new Error("The seeds have no customers.");
  return [first, second, third];
}
