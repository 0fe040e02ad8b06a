/** Microsoft Graph with the deployer's token, for an administrator's actions. */
import { deployerCredential } from "./deployer";
import type { Project } from "./project";

export type Graph = <T>(method: string, path: string, body?: object) => Promise<T>;

export async function openGraph(project: Project): Promise<Graph> {
  const { microsoftGraph } = project.cloud.origins;
  const { token } = await deployerCredential(project).getToken(`${microsoftGraph}/.default`);
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
