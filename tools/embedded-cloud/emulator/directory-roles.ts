/**
 * Roles of a directory, by the ids of their templates, which are the same in every tenant
 * (https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference).
 */
import type { Tenant } from "./context";

export const directoryRoles = {
  globalAdministrator: { templateId: "62e90394-69f5-4237-9190-012177145e10", displayName: "Global Administrator" },
  privilegedRoleAdministrator: {
    templateId: "e8611ab8-c189-46e8-94e1-60213ab1f814",
    displayName: "Privileged Role Administrator",
  },
  applicationAdministrator: {
    templateId: "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3",
    displayName: "Application Administrator",
  },
  cloudApplicationAdministrator: {
    templateId: "158c047a-c907-4556-b7ef-446551a6b5f7",
    displayName: "Cloud Application Administrator",
  },
  privilegedAuthenticationAdministrator: {
    templateId: "7be44c8a-adaf-4e2a-84d6-ab2649e08a13",
    displayName: "Privileged Authentication Administrator",
  },
  userAdministrator: { templateId: "fe930be7-5e62-47db-91af-98c3a49a38b1", displayName: "User Administrator" },
  directoryReaders: { templateId: "88d8e3e3-8f55-4a1e-953a-9b9898b8876b", displayName: "Directory Readers" },
} as const;

export type DirectoryRoleName = keyof typeof directoryRoles;

/** Assigns a role in the whole tenant to a principal. */
export function assignDirectoryRole(tenant: Tenant, name: DirectoryRoleName, principalId: string): void {
  const { templateId } = directoryRoles[name];
  tenant.roleMembers.set(templateId, (tenant.roleMembers.get(templateId) ?? new Set()).add(principalId));
}

export const hasDirectoryRole = (tenant: Tenant, name: DirectoryRoleName, principalId: string): boolean =>
  tenant.roleMembers.get(directoryRoles[name].templateId)?.has(principalId) === true;
