import type { CloudName } from "./clouds";
import type { Origins } from "./context";
import type { Emulator } from "./emulator";
import { type seeds, type UserSeed } from "./seeds";

/** What `npm run emulator` prints, as one line of JSON, when it is ready: all that a script needs. Every secret in it is public. */
export interface Announcement {
  /** Authority of the first cloud. */
  url: string;
  clouds: CloudName[];
  origins: Origins;
  /** For ARM_METADATA_HOSTNAME: host and port, without a scheme. */
  metadataHost: string;
  caFile: string;
  adminTokenFile: string;
  tenantId: string;
  domain: string;
  initialDomain: string;
  subscriptionId: string;
  /** `objectId` is the service principal's. */
  deployer: { clientId: string; clientSecret: string; objectId: string };
  serviceAccount: Account;
  accounts: Account[];
  groups: { id: string; displayName: string }[];
  customers: typeof seeds.customers;
  tenantOfAnotherCloud: { tenantId: string; domain: string; cloud: CloudName };
}

interface Account {
  objectId: string;
  userPrincipalName: string;
  password: string;
  mfa: boolean;
}

export function announcement(emulator: Emulator): Announcement {
  const { url, origins, caFile, adminTokenFile, clouds } = emulator;
  const { partner, government, subscription, deployer, users, groups, customers } = emulator.seeds;
  return {
    url,
    clouds: [...clouds.keys()],
    origins,
    metadataHost: new URL(url).host,
    caFile,
    adminTokenFile,
    tenantId: partner.id,
    domain: partner.domains[0],
    initialDomain: partner.domains[1],
    subscriptionId: subscription.id,
    deployer: {
      clientId: deployer.clientId,
      clientSecret: deployer.clientSecret,
      objectId: deployer.servicePrincipalId,
    },
    serviceAccount: account(users.serviceAccount),
    accounts: Object.values(users).map(account),
    groups: Object.values(groups),
    customers,
    tenantOfAnotherCloud: { tenantId: government.id, domain: government.domains[0], cloud: government.cloud },
  };
}

const account = ({ id, userPrincipalName, password, mfa }: UserSeed): Account => ({
  objectId: id,
  userPrincipalName,
  password,
  mfa,
});
