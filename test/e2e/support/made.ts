/** The created resources of a stack in the cloud, by kind: exactly one of each, whatever happened on the way. */
import { openVault, type Version, versionsOf } from "./vault";
import type { Project } from "./project";

export interface Made {
  /** Display names. */
  applications: (string | null)[];
  /** Labels of client secrets. */
  secrets: (string | null)[];
  principals: number;
  groups: string[];
}

export function madeIn(project: Project): Made {
  const { tenant } = project;
  const { clientId } = project.seeds.deployer;
  const applications = [...tenant.applications.values()].filter(({ appId }) => appId !== clientId);
  const isOurs = ({ appId }: { appId: string }) => applications.some((one) => one.appId === appId);
  return {
    applications: applications.map(({ displayName }) => displayName),
    secrets: applications.flatMap(({ passwordCredentials }) => passwordCredentials.map((one) => one.displayName)),
    principals: [...tenant.servicePrincipals.values()].filter(isOurs).length,
    groups: [...tenant.subscriptions.values()].flatMap(({ resourceGroups }) => [...resourceGroups.keys()]),
  };
}

/** The versions of the refresh token that can be used. */
export async function usableVersions(project: Project): Promise<Version[]> {
  const { refreshTokenName } = await project.outputs();
  const versions = await versionsOf(await openVault(project), String(refreshTokenName));
  return versions.filter(({ enabled }) => enabled);
}
