/** A bootstrap stack beside a model's stack, on one embedded cloud, run by an administrator with a separate account. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { type Identity, register } from "./ci-identities";
import { openGraph } from "./graph";
import { Project, type ProjectOptions } from "./project";
import { assignRole } from "./deployer";

export interface Administrator extends Identity {
  clientSecret: string;
}

/** The account that may grant permissions of Microsoft Graph and assign roles in Azure, like a Global Administrator with Owner. */
export async function makeAdministrator(
  project: Project,
  permissions: readonly string[] = [
    "AppRoleAssignment.ReadWrite.All",
    "Application.ReadWrite.All",
    "Directory.Read.All",
  ],
): Promise<Administrator> {
  const graph = await openGraph(project);
  const displayName = "administrator";
  const identity = await register(project, graph, displayName, permissions);
  const path = `/applications/${identity.objectId}/addPassword`;
  const { secretText: clientSecret } = await graph<{ secretText: string }>("POST", path, {
    passwordCredential: { displayName },
  });
  await assignRole(project, "Owner", identity.principalId, "");
  return { ...identity, clientSecret };
}

/** @param ci its settings below `ci`; `stacks` is the model's by default */
export async function startBootstrap(
  model: Project,
  administrator: Administrator,
  ci: Record<string, unknown>,
  settings: Record<string, unknown> = {},
  options: Pick<ProjectOptions, "plugins" | "runsIn"> = {},
): Promise<Project> {
  const { clientId, clientSecret } = administrator;
  const project = await Project.start({
    ...options,
    emulator: model.emulator,
    cloud: model.cloud.row.name,
    environment: { ARM_CLIENT_ID: clientId, ARM_CLIENT_SECRET: clientSecret },
  });
  await configureBootstrap(project, { stacks: [model.configFile], ...ci }, settings);
  return project;
}

export async function configureBootstrap(
  project: Project,
  ci: Record<string, unknown>,
  settings: Record<string, unknown> = {},
): Promise<void> {
  const all = {
    ...{ cloud: project.cloud.row.name, endpoints: join(project.folder, "endpoints.json"), protect: false },
    ...settings,
    ci,
  };
  const config = Object.fromEntries(
    Object.entries(all).map(([name, value]) => [`secure-application-model:${name}`, value]),
  );
  const present = parse(await readFile(project.configFile, "utf8")) as object;
  await writeFile(project.configFile, JSON.stringify({ ...present, config }, null, 2));
}

/** What the stack made in the cloud, by names: the same after a kill as without one. */
export function madeByBootstrap(model: Project): Record<string, unknown> {
  const { tenant, subscription } = model;
  const principals = [...tenant.servicePrincipals.values()];
  const nameOf = (id: string) => principals.find((one) => one.id === id)?.displayName ?? id;
  const roles = [...subscription.roleAssignments.values()];
  const made = {
    applications: [...tenant.applications.values()].map(({ id, displayName, federatedIdentityCredentials }) => [
      ...[displayName, tenant.owners.get(id)?.size ?? 0],
      ...((federatedIdentityCredentials ?? []) as { subject: string }[]).map(({ subject }) => subject),
    ]),
    principals: principals.map(({ id, displayName }) => [displayName, tenant.owners.get(id)?.size ?? 0]),
    permissions: [...tenant.appRoleAssignments.values()].map((one) => [nameOf(one.principalId), one.appRoleId]),
    roles: roles.map(({ principalId, roleDefinitionId, scope }) => [nameOf(principalId), roleDefinitionId, scope]),
    groups: [...subscription.resourceGroups.keys()],
    accounts: [...(subscription.storageAccounts ?? [])].map(([name, { blobService, containers }]) => [
      ...[name, blobService["isVersioningEnabled"], ...containers.keys()],
    ]),
    vaults: [...subscription.vaults].map(([name, { deletedAt, keys }]) => [
      ...[name, deletedAt !== undefined, ...(keys?.keys() ?? [])],
    ]),
  };
  return Object.fromEntries(Object.entries(made).map(([name, all]) => [name, all.map(String).sort()]));
}
