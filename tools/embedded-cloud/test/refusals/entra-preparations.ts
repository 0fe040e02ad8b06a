/** What is done before a request to Entra, by the names of the rows. */
import { assignDirectoryRole } from "../../emulator/directory-roles";
import type { Emulator } from "../../emulator/emulator";
import { microsoftGraph } from "../../emulator/first-party";
import { consentForEverybody, partnerTenant, type RegisteredApplication } from "../../testing/applications";
import { nobody } from "./refusal";

export type Prepare = (cloud: Emulator, application: RegisteredApplication) => unknown;

const minute = 60 * 1000;
const day = 24 * 60 * minute;
const later =
  (milliseconds: number): Prepare =>
  ({ clock }) => {
    clock.advance(milliseconds);
  };
/** Declares one more resource, with one permission. */
const declare =
  (resourceAppId: string, id: string): Prepare =>
  (_, { application }) => {
    const more = { resourceAppId, resourceAccess: [{ id, type: "Scope" as const }] };
    application.requiredResourceAccess = [...application.requiredResourceAccess, more];
  };
const ofAccount =
  (changes: object): Prepare =>
  (cloud) =>
    Object.assign(partnerTenant(cloud).users.get(cloud.seeds.users.serviceAccount.id) ?? {}, changes);
const ofPrincipal =
  (changes: object): Prepare =>
  (_, { servicePrincipal }) =>
    Object.assign(servicePrincipal, changes);

/** Partner Center's service principal in the partner's tenant. */
const partnerCenter = (cloud: Emulator) => {
  const principals = [...partnerTenant(cloud).servicePrincipals.values()];
  const found = principals.find(({ displayName }) => displayName === "Microsoft Partner Center");
  if (found === undefined) throw new Error("The seeds have no Partner Center.");
  return found;
};

export const preparations: Readonly<Record<string, Prepare>> = {
  tenMinutes: later(10 * minute),
  ninetyDays: later(90 * day),
  halfAYear: later(181 * day),
  declareNothing: (_, { application }) => (application.requiredResourceAccess = []),
  /** Of type Admin. */
  declareDirectory: declare(
    microsoftGraph.appId,
    microsoftGraph.scopes.find(({ value }) => value === "Directory.Read.All")?.id ?? "",
  ),
  declareUnknown: declare(microsoftGraph.appId, nobody),
  declareNobody: declare(nobody, nobody),
  closePolicy: (cloud) => (partnerTenant(cloud).permissionGrantPolicies = []),
  grantEverything: (cloud, { application }) => {
    consentForEverybody(cloud, application);
  },
  promote: (cloud) => {
    assignDirectoryRole(partnerTenant(cloud), "applicationAdministrator", cloud.seeds.users.serviceAccount.id);
  },
  disabled: ofPrincipal({ accountEnabled: false }),
  assignedOnly: ofPrincipal({ appRoleAssignmentRequired: true }),
  ofOneTenant: (_, { application }) => (application.signInAudience = "AzureADMyOrg"),
  disabledAccount: ofAccount({ accountEnabled: false }),
  revoked: ofAccount({ revokedBefore: Date.UTC(2100, 0) }),
  withoutAccount: (cloud) => partnerTenant(cloud).users.delete(cloud.seeds.users.serviceAccount.id),
  withoutApplication: (cloud, { application }) => partnerTenant(cloud).applications.delete(application.id),
  withoutPrincipal: (cloud, { servicePrincipal }) => partnerTenant(cloud).servicePrincipals.delete(servicePrincipal.id),
  withoutGrants: (cloud) => {
    partnerTenant(cloud).grants.clear();
  },
  expiredSecret: (_, { application }) =>
    application.passwordCredentials.map((credential) => (credential.endDateTime = "2020-01-01T00:00:00Z")),
  disabledPartnerCenter: (cloud) => (partnerCenter(cloud).accountEnabled = false),
  withoutPartnerCenter: (cloud) => partnerTenant(cloud).servicePrincipals.delete(partnerCenter(cloud).id),
};
