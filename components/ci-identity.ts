import * as azuread from "@pulumi/azuread";
import * as pulumi from "@pulumi/pulumi";
import { environmentOf } from "../lib/ci-identities/environments";
import type { ModelPlaces } from "../lib/ci-identities/look";
import { type Provider, trustOf } from "../lib/ci-identities/provider";
import { heldBy, type IdentityName, type ModelNeeds } from "../lib/ci-identities/rights";
import { containerIdOf, keyIdOf, type StatePlace } from "../lib/ci-identities/state";
import type { Cloud } from "../lib/config/clouds";
import { protectStack } from "../lib/config/limits";
import { assignRole } from "./role-assignment";

export interface CiStack {
  stack: string;
  /** The subscription of its vault. */
  subscriptionId: string;
  needs: ModelNeeds;
  places: ModelPlaces;
}

export interface CiArgs {
  cloud: Cloud;
  provider: Provider;
  /** Microsoft Graph's service principal, which publishes the permissions: object id, and ids by name. */
  graph: { objectId: string; appRoleIds: Readonly<Record<string, string>> };
  /** Whether `pulumi destroy` refuses to delete any of it. Default true. */
  protect?: boolean;
}

interface CiIdentityArgs extends CiArgs, CiStack {
  kind: IdentityName;
  /** The place of the engine's state, if it is the bootstrap stack's. */
  state: StatePlace | undefined;
}

/** An application with a federated credential and the least rights. Owners could add one, so it has none. */
export class CiIdentity extends pulumi.ComponentResource {
  readonly clientId: pulumi.Output<string>;

  constructor(name: string, args: CiIdentityArgs, opts?: pulumi.ComponentResourceOptions) {
    const { kind, stack, cloud, provider, protect = protectStack } = args;
    const displayName = `${name}-${stack}-${kind}`;
    super("secure-application-model:index:CiIdentity", displayName, {}, opts);
    const description = `${kind} of stack ${stack}: what jobs of CI sign in as.`;
    const application = new azuread.Application(
      displayName,
      { displayName, description, preventDuplicateNames: true, signInAudience: "AzureADMyOrg" },
      { parent: this, protect },
    );
    // Declared defaults: otherwise a refresh accepts a change as the new default, and a disabled principal stays so.
    const { clientId, id: applicationId } = application;
    const enabled = { clientId, accountEnabled: true, appRoleAssignmentRequired: false };
    const principal = new azuread.ServicePrincipal(displayName, enabled, { parent: this, protect });
    const { name: trusted, issuer, subject } = trustOf(provider, environmentOf(stack, kind));
    const audiences = [cloud.tokenExchangeAudience];
    const trust = { displayName: trusted, issuer, subject, audiences, description };
    new azuread.ApplicationFederatedIdentityCredential(displayName, { applicationId, ...trust }, { parent: this });
    this.#grant(displayName, principal.objectId, args);
    this.clientId = clientId;
    this.registerOutputs({ clientId, principalId: principal.objectId });
  }

  #grant(name: string, principalId: pulumi.Output<string>, args: CiIdentityArgs): void {
    const { graph, needs, places, state, subscriptionId } = args;
    const { permissions, rights } = heldBy(needs)[args.kind];
    for (const permission of permissions) {
      const appRoleId = idOf(permission, graph.appRoleIds);
      const assigned = { principalObjectId: principalId, resourceObjectId: graph.objectId, appRoleId };
      new azuread.AppRoleAssignment(`${name}-${permission}`, assigned, { parent: this });
    }
    const scopes = { ...places, container: state && containerIdOf(state), key: state && keyIdOf(state) };
    for (const { role, at } of rights) {
      const scope = scopes[at];
      if (scope === undefined) continue;
      // The name ends with the scope's end: after a rotation the assignment is a different resource.
      const own = `${name}-${role}-${scope.split("/").at(-1) ?? ""}`;
      assignRole(own, role, scope, { principalId, principalType: "ServicePrincipal" }, subscriptionId, {
        parent: this,
      });
    }
  }
}

function idOf(permission: string, ids: Readonly<Record<string, string>>): string {
  const id = ids[permission];
  if (id !== undefined) return id;
  throw new pulumi.RunError(`Microsoft Graph of this tenant publishes no application permission ${permission}.`);
}
