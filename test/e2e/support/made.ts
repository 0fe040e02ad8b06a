/** The created resources of a stack in the cloud, by kind: exactly one of each, whatever happened on the way. */
import type { Project } from "./project";

export interface Made {
  applications: (string | null)[];
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
