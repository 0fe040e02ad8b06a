import type { CloudContext } from "./cloud";
import type { CloudName } from "./clouds";
import type { Origins } from "./context";
import type { Emulator } from "./emulator";
import type { GroupSeed, PartnerSeeds, UserSeed } from "./seed-schema";
import { allSeeds, seedsOf } from "./seeds";

/** The data of one cloud for a script. Every secret in it is public. */
export interface CloudAnnouncement {
  origins: Origins;
  /** For ARM_METADATA_HOSTNAME: host and port, without a scheme. */
  metadataHost: string;
  tenantId: string;
  domain: string;
  initialDomain: string;
  subscriptionId: string;
  /** `objectId` is the service principal's. */
  deployer: { clientId: string; clientSecret: string; objectId: string };
  serviceAccount: Account;
  /** May consent for everybody. */
  administrator: Account;
  accounts: Account[];
  groups: GroupSeed[];
  customers: PartnerSeeds["customers"];
  /** Further partners of the same cloud, for a vendor who works for several. */
  otherPartners: { tenantId: string; domain: string; serviceAccount: Account; administrator: Account }[];
  tenantOfAnotherCloud: { tenantId: string; domain: string; cloud: CloudName };
}

/** What `npm run emulator` prints, as one line of JSON, when it is ready. */
export interface Announcement extends CloudAnnouncement {
  /** Authority of the first cloud. */
  url: string;
  clouds: CloudName[];
  /** Each cloud that runs, the first one included. */
  byCloud: Partial<Record<CloudName, CloudAnnouncement>>;
  caFile: string;
  adminTokenFile: string;
}

interface Account {
  objectId: string;
  userPrincipalName: string;
  password: string;
  mfa: boolean;
}

export function announcement(emulator: Emulator): Announcement {
  const { url, caFile, adminTokenFile, clouds } = emulator;
  const all = [...clouds.values()].map((cloud) => [cloud.row.name, cloudAnnouncement(cloud)] as const);
  const [first] = all;
  if (first === undefined) throw new Error("the emulator runs no cloud");
  return {
    url,
    clouds: [...clouds.keys()],
    ...first[1],
    byCloud: Object.fromEntries(all),
    caFile,
    adminTokenFile,
  };
}

function cloudAnnouncement({ row, origins }: CloudContext): CloudAnnouncement {
  const { partner, subscription, deployer, users, groups, customers, otherPartners } = seedsOf(row.name);
  return {
    origins,
    metadataHost: new URL(origins.authority).host,
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
    administrator: account(users.administrator),
    accounts: Object.values(users).map(account),
    groups: Object.values(groups),
    customers,
    otherPartners: otherPartners.map(({ partner: other, users: { serviceAccount, administrator } }) => ({
      tenantId: other.id,
      domain: other.domains[0],
      serviceAccount: account(serviceAccount),
      administrator: account(administrator),
    })),
    tenantOfAnotherCloud: tenantOutside(row.name),
  };
}

/** A tenant for trying the wrong cloud: it is in another one, whether that cloud runs or not. */
function tenantOutside(cloud: CloudName): CloudAnnouncement["tenantOfAnotherCloud"] {
  const tenant = allSeeds.map(({ partner }) => partner).find((partner) => partner.cloud !== cloud);
  if (tenant === undefined) throw new Error("the seeds hold one cloud only");
  return { tenantId: tenant.id, domain: tenant.domains[0], cloud: tenant.cloud };
}

const account = ({ id, userPrincipalName, password, mfa }: UserSeed): Account => ({
  objectId: id,
  userPrincipalName,
  password,
  mfa,
});
