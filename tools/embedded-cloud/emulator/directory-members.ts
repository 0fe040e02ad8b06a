/** Users and groups with every property Graph returns, explicit nulls included. */
import type { Group, User } from "./context";
import type { UserSeed } from "./seed-schema";

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

/** An enabled member account. `password` and `mfa` are this emulator's: Graph never returns them. */
export function newUser({ id, userPrincipalName, displayName, password, mfa }: UserSeed): User {
  return {
    ...{ id, displayName, userPrincipalName, mail: userPrincipalName, password, mfa },
    businessPhones: [],
    givenName: null,
    jobTitle: null,
    mobilePhone: null,
    officeLocation: null,
    preferredLanguage: null,
    surname: null,
    accountEnabled: true,
    revokedBefore: 0,
  };
}
