/** What the checks read in the tenant's directory, over Microsoft Graph; each thing asked for once. */
import type { AzureApi } from "../../azure/api";

interface Platform {
  redirectUris: string[];
}

export interface PasswordCredential {
  keyId: string;
  displayName: string | null;
  endDateTime: string;
}

export interface Application {
  /** Object id. */
  id: string;
  /** Client id. */
  appId: string;
  displayName: string;
  signInAudience: string;
  isFallbackPublicClient: boolean | null;
  web: Platform;
  publicClient: Platform;
  requiredResourceAccess: { resourceAppId: string; resourceAccess: { id: string; type: string }[] }[];
  passwordCredentials: PasswordCredential[];
}

export interface ServicePrincipal {
  /** Object id. */
  id: string;
  appId: string;
  accountEnabled: boolean;
  /** Admin: an account cannot grant it for itself. */
  oauth2PermissionScopes: { id: string; value: string; type: string }[];
}

/** A delegated permission that was granted to an application: for everyone, or for one account. */
export interface Grant {
  resourceId: string;
  consentType: string;
  /** The account; null for everyone. */
  principalId: string | null;
  /** Names, separated by spaces. */
  scope: string;
}

export interface RoleAssignment {
  appRoleId: string;
  resourceId: string;
}

export class Directory {
  readonly #principals = new Map<string, Promise<ServicePrincipal | undefined>>();

  constructor(readonly graph: AzureApi) {}

  async applicationOf(clientId: string): Promise<Application | undefined> {
    const [found] = await this.graph.list<Application>(`/v1.0/applications${equal("appId", clientId)}`);
    return found;
  }

  /** The one that stands for an application in this tenant. */
  principalOf(clientId: string): Promise<ServicePrincipal | undefined> {
    const asked =
      this.#principals.get(clientId) ??
      this.graph.list<ServicePrincipal>(`/v1.0/servicePrincipals${equal("appId", clientId)}`).then(([found]) => found);
    this.#principals.set(clientId, asked);
    return asked;
  }

  async groupsNamed(displayName: string): Promise<{ id: string }[]> {
    return await this.graph.list(`/v1.0/groups${equal("displayName", displayName)}`);
  }

  /** Asked of beta: v1.0 leaves service principals out of a group's members. */
  async isMember(groupId: string, objectId: string): Promise<boolean> {
    return (await this.graph.list(`/beta/groups/${groupId}/members${equal("id", objectId)}`)).length > 0;
  }

  async grantsTo(principal: ServicePrincipal): Promise<Grant[]> {
    return await this.graph.list(`/v1.0/oauth2PermissionGrants${equal("clientId", principal.id)}`);
  }

  async rolesOf(principal: ServicePrincipal): Promise<RoleAssignment[]> {
    return await this.graph.list(`/v1.0/servicePrincipals/${principal.id}/appRoleAssignments`);
  }

  async createPrincipal(clientId: string): Promise<void> {
    await this.graph.post("/v1.0/servicePrincipals", { appId: clientId });
  }
}

function equal(property: string, value: string): string {
  return `?$filter=${encodeURIComponent(`${property} eq '${value}'`)}`;
}
