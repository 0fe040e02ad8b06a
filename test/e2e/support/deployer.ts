/** The deployer of a stack: what an administrator could do is done as it. */
import { ClientSecretCredential } from "@azure/identity";
import type { Project } from "./project";

export function deployerCredential({ cloud, seeds }: Project): ClientSecretCredential {
  const { deployer, partner } = seeds;
  return new ClientSecretCredential(partner.id, deployer.clientId, deployer.clientSecret, {
    authorityHost: cloud.origins.authority,
    disableInstanceDiscovery: true,
  });
}
