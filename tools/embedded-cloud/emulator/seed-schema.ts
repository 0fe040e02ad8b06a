/** The types of the seeds. The data is in seeds.ts and government-seeds.ts. */
import type { CloudName } from "./clouds";
import type { DirectoryRoleName } from "./directory-roles";

export interface UserSeed {
  id: string;
  userPrincipalName: string;
  displayName: string;
  password: string;
  /** Whether the account must use, and completes, multi-factor authentication. */
  mfa: boolean;
  /** Default: none, an ordinary account. */
  directoryRole?: DirectoryRoleName;
}

export interface TenantSeed {
  cloud: CloudName;
  id: string;
  displayName: string;
  /** The first verified domain is the default one, the last the initial `.onmicrosoft` one. */
  domains: readonly [defaultDomain: string, initialDomain: string];
}

export interface GroupSeed {
  id: string;
  displayName: string;
}

/** The deployer's application, with its service principal in the same tenant. */
export interface DeployerSeed {
  displayName: string;
  clientId: string;
  objectId: string;
  servicePrincipalId: string;
  clientSecret: string;
  secretId: string;
  /** Application permissions of Microsoft Graph that it has. */
  appRoles: readonly string[];
  /** Name of its role assignment as Owner of the subscription. */
  ownerAssignment: string;
}

export interface CustomerSeed {
  /** The customer's tenant id. */
  id: string;
  domain: string;
  companyName: string;
  /** Delegated admin privileges, or granular ones. */
  delegation: "DAP" | "GDAP";
  /** In the customer's tenant; the partner's AdminAgents are Owners, as of one that was bought through the partner. */
  subscription: SubscriptionSeed;
}

export interface SubscriptionSeed {
  id: string;
  displayName: string;
}

/** A partner's directory: its users and their groups. */
export interface DirectorySeeds {
  partner: TenantSeed;
  users: { serviceAccount: UserSeed; administrator: UserSeed };
  groups: { adminAgents: GroupSeed };
  /** Group id → ids of the users in it. */
  members: Readonly<Record<string, readonly string[]>>;
}

/** A partner's tenant with its resources, and the other partners: the initial state of one cloud. */
export interface PartnerSeeds extends DirectorySeeds {
  users: DirectorySeeds["users"] & { serviceAccountWithoutMfa: UserSeed; otherAccount: UserSeed };
  groups: { adminAgents: GroupSeed; helpdeskAgents: GroupSeed; salesAgents: GroupSeed };
  /** Other partners of a vendor: they deploy nothing and have no customers here. */
  otherPartners: readonly DirectorySeeds[];
  deployer: DeployerSeed;
  subscription: SubscriptionSeed;
  customers: readonly CustomerSeed[];
}
