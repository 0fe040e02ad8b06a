/** The deployer of a stack, used for an administrator's actions. */
import { ClientSecretCredential } from "@azure/identity";
import type { Project } from "./project";

export function deployerCredential({ cloud, seeds }: Project): ClientSecretCredential {
  const { deployer, partner } = seeds;
  return new ClientSecretCredential(partner.id, deployer.clientId, deployer.clientSecret, {
    authorityHost: cloud.origins.authority,
    disableInstanceDiscovery: true,
  });
}
