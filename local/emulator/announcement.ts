import type { Emulator } from "./emulator";
import type { UserSeed } from "./seeds";

/** What `npm run emulator` prints, as one line of JSON, when it is ready: all that a script needs. Every secret in it is public. */
export function announcement({ url, origins, caFile, adminTokenFile, clouds, seeds }: Emulator) {
  const { partner, government, subscription, deployer, users, groups, customers } = seeds;
  return {
    url,
    clouds: [...clouds.keys()],
    origins,
    /** For ARM_METADATA_HOSTNAME: host and port, without a scheme. */
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

const account = ({ id, userPrincipalName, password, mfa }: UserSeed) => ({
  objectId: id,
  userPrincipalName,
  password,
  mfa,
});
