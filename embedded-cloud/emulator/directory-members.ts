/** Users and groups with every property Graph returns, explicit nulls included. */
import type { Group, User } from "./context";

/** A security group without members. */
export function newGroup(identity: { id: string; displayName: string }, createdDateTime: string): Group {
  return {
    id: identity.id,
    deletedDateTime: null,
    classification: null,
    createdDateTime,
    creationOptions: [],
    description: null,
    displayName: identity.displayName,
    expirationDateTime: null,
    groupTypes: [],
    isAssignableToRole: null,
    mail: null,
    mailEnabled: false,
    mailNickname: identity.displayName,
    membershipRule: null,
    membershipRuleProcessingState: null,
    onPremisesDomainName: null,
    onPremisesLastSyncDateTime: null,
    onPremisesNetBiosName: null,
    onPremisesSamAccountName: null,
    onPremisesSecurityIdentifier: null,
    onPremisesSyncEnabled: null,
    preferredDataLocation: null,
    preferredLanguage: null,
    proxyAddresses: [],
    renewedDateTime: createdDateTime,
    resourceBehaviorOptions: [],
    resourceProvisioningOptions: [],
    securityEnabled: true,
    securityIdentifier: null,
    theme: null,
    uniqueName: null,
    visibility: null,
    onPremisesProvisioningErrors: [],
    serviceProvisioningErrors: [],
    members: new Set(),
  };
}

/** An enabled member account. `password` and `mfa` are this emulator's, not Graph's: Graph never returns them. */
export function newUser(identity: {
  id: string;
  userPrincipalName: string;
  displayName: string;
  password: string;
  mfa: boolean;
}): User {
  return {
    id: identity.id,
    businessPhones: [],
    displayName: identity.displayName,
    givenName: null,
    jobTitle: null,
    mail: identity.userPrincipalName,
    mobilePhone: null,
    officeLocation: null,
    preferredLanguage: null,
    surname: null,
    userPrincipalName: identity.userPrincipalName,
    accountEnabled: true,
    password: identity.password,
    mfa: identity.mfa,
    revokedBefore: 0,
  };
}
