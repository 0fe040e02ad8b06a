/** A tenant's directory and subscriptions as the emulator stores them, for a test that changes them where no service would. */
export type {
  AdminRelationship,
  Application,
  CertificateVersion,
  Customer,
  PermissionGrant,
  RelationshipStatus,
  SecretVersion,
  ServicePrincipal,
  Subscription,
  Tenant,
  User,
} from "../emulator/context";
export { generatedCustomers } from "../emulator/customers";
export { newGroup } from "../emulator/directory-members";
export { newServicePrincipal } from "../emulator/directory-objects";
export { assignDirectoryRole, directoryRoles } from "../emulator/directory-roles";
export * as firstParty from "../emulator/first-party";
export { firstPartyPrincipalId } from "../emulator/first-party-principals";
export { addManyPartners } from "../emulator/many-partners";
export { assignGraphRoles } from "../emulator/partner-tenant";
