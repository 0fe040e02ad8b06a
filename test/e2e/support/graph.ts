/** Microsoft Graph as the deployer: what an administrator could do. */
import { ClientSecretCredential } from "@azure/identity";
import type { Project } from "./project";

export type Graph = <T>(method: string, path: string, body?: object) => Promise<T>;

export async function openGraph({ cloud, seeds }: Project): Promise<Graph> {
  const { deployer, partner } = seeds;
  const { authority, microsoftGraph } = cloud.origins;
  const credential = new ClientSecretCredential(partner.id, deployer.clientId, deployer.clientSecret, {
    authorityHost: authority,
    disableInstanceDiscovery: true,
  });
  const { token } = await credential.getToken(`${microsoftGraph}/.default`);
  return async <T>(method: string, path: string, body?: object) => {
    const response = await fetch(`${microsoftGraph}/v1.0${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`Graph answered ${response.status} to ${method} ${path}`);
    return (response.status === 204 ? undefined : await response.json()) as T;
  };
}
