import * as azuread from "@pulumi/azuread";
import * as pulumi from "@pulumi/pulumi";
import type { RoleName } from "../lib/azure/roles";
import { protectStack } from "../lib/config/limits";
import { assignRole } from "./role-assignment";

export interface CiIdentityArgs {
  /** Display name in Entra. An existing application of that name is an error. */
  displayName: string;
  description: string;
  /** The tokens that it accepts; all values must match exactly. */
  trusts: { name: string; issuer: string; subject: string; audience: string };
  permissions: readonly string[];
  /** Microsoft Graph's service principal, which publishes these permissions: its object id, and ids by name. */
  graph: { objectId: string; appRoleIds: Readonly<Record<string, string>> };
  roles: readonly { role: RoleName; scope: string }[];
  /** The subscription of the role definitions. */
  subscriptionId: string;
  /** Whether `pulumi destroy` refuses to delete it. Default true. */
  protect?: boolean;
}

/**
 * The identity of a CI job: an application with a federated credential in place of a secret, and the least rights. It has no owners:
 * an owner could add a credential.
 */
export class CiIdentity extends pulumi.ComponentResource {
  readonly clientId: pulumi.Output<string>;
  readonly principalId: pulumi.Output<string>;

  constructor(name: string, args: CiIdentityArgs, opts?: pulumi.ComponentResourceOptions) {
    super("secure-application-model:index:CiIdentity", name, {}, opts);
    const { displayName, description, protect = protectStack } = args;
    const application = new azuread.Application(
      name,
      { displayName, description, preventDuplicateNames: true, signInAudience: "AzureADMyOrg" },
      { parent: this, protect },
    );
    const owned = { parent: this, deletedWith: application };
    // Declared: otherwise a refresh accepts what somebody changed as the new default, and a disabled principal would stay so.
    const principal = new azuread.ServicePrincipal(
      name,
      { clientId: application.clientId, accountEnabled: true, appRoleAssignmentRequired: false },
      { ...owned, protect },
    );
    const { issuer, subject, audience, name: trusted } = args.trusts;
    new azuread.ApplicationFederatedIdentityCredential(
      name,
      { applicationId: application.id, displayName: trusted, issuer, subject, audiences: [audience], description },
      owned,
    );
    for (const permission of args.permissions)
      new azuread.AppRoleAssignment(
        `${name}-${permission}`,
        {
          principalObjectId: principal.objectId,
          resourceObjectId: args.graph.objectId,
          appRoleId: idOf(permission, args.graph.appRoleIds),
        },
        { parent: this, deletedWith: principal },
      );
    const assigned = { principalId: principal.objectId, principalType: "ServicePrincipal" };
    for (const { role, scope } of args.roles) {
      // Named by the end of its scope: after a client secret is rotated, the assignment is a different one.
      const own = `${name}-${role}-${scope.split("/").at(-1) ?? ""}`;
      assignRole(own, role, scope, assigned, args.subscriptionId, { parent: this });
    }
    this.clientId = application.clientId;
    this.principalId = principal.objectId;
    this.registerOutputs({ clientId: this.clientId, principalId: this.principalId });
  }
}

function idOf(permission: string, ids: Readonly<Record<string, string>>): string {
  const id = ids[permission];
  if (id !== undefined) return id;
  throw new pulumi.RunError(`Microsoft Graph of this tenant publishes no application permission ${permission}.`);
}
