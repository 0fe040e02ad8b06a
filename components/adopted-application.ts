import * as pulumi from "@pulumi/pulumi";
import { wantedOf } from "../application/adoption/lists";
import type { CloudChoice } from "../config/clouds";
import { protectStack } from "../config/limits";
import { adminAgents } from "./admin-agents";
import {
  type ClientSecretsArgs,
  createClientSecrets,
  type CreatedSecret,
  type StoredClientSecretArgs,
} from "./client-secrets";
import { DynamicResource } from "./dynamic-resource";
import type { ApplicationArgs } from "./partner-application";

/** An application of this tenant that was found fit to be adopted. */
export interface ExistingApplication {
  clientId: string;
  objectId: string;
}

export interface AdoptedApplicationArgs extends CloudChoice, ApplicationArgs {
  /** As resolveExisting() found it. */
  existingApplication: ExistingApplication;
  /** Whether a sign-in audience of one organization may be widened to AzureADMultipleOrgs; default false. */
  changeSignInAudience?: boolean;
  /** A new secret beside those there; or one that is in the vault already, and none is made. Default: none; a certificate takes its place. */
  clientSecret?: ClientSecretsArgs | StoredClientSecretArgs | undefined;
}

/**
 * An application that exists, with what the Secure Application Model needs added to it: reply URLs, permissions, a client secret,
 * its service principal and, when asked for, its pre-consent. All that is there stays; destroy takes back what was added.
 */
export class AdoptedApplication extends pulumi.ComponentResource {
  readonly clientId: pulumi.Output<string>;
  readonly objectId: pulumi.Output<string>;
  readonly servicePrincipalObjectId: pulumi.Output<string>;
  /** By label; the current one first, none for a secret that is in the vault already. Not registered as outputs. */
  readonly clientSecrets: ReadonlyMap<string, CreatedSecret>;

  constructor(name: string, args: AdoptedApplicationArgs, opts?: pulumi.ComponentResourceOptions) {
    super("secure-application-model:index:AdoptedApplication", name, {}, opts);
    const { clientId, objectId } = args.existingApplication;
    const adoption = new Adoption(
      name,
      {
        cloud: args.cloud,
        endpoints: args.endpoints ?? {},
        tenantId: args.tenantId,
        objectId,
        changeSignInAudience: args.changeSignInAudience ?? false,
        // What is wanted: a refresh that finds anything else shows as a change of these inputs.
        ...wantedOf(clientId, args, args.configurePreconsent ? [pulumi.output(adminAgents({ parent: this }))] : []),
      },
      { parent: this, protect: args.protect ?? protectStack },
    );
    // An application that cannot be adopted gets no secret either.
    const options = { parent: this, dependsOn: [adoption] };
    this.clientSecrets =
      args.clientSecret !== undefined && "vaultSecretName" in args.clientSecret
        ? new Map<string, CreatedSecret>()
        : createClientSecrets(name, `/applications/${objectId}`, args.clientSecret, options);
    this.clientId = pulumi.output(clientId);
    this.objectId = pulumi.output(objectId);
    this.servicePrincipalObjectId = adoption.servicePrincipalObjectId;
    const { servicePrincipalObjectId } = this;
    this.registerOutputs({ clientId, objectId, servicePrincipalObjectId });
  }
}

/** Makes a change of the provider's behaviour visible to the engine: raise it with every change that existing stacks must run. */
const providerVersion = "1";

/**
 * What an application that exists is given, and nothing else of it. The azuread provider's resources own whole lists: they take out
 * what others put there, and destroy empties them. This adds what is missing, remembers it, and takes back that alone.
 */
export class Adoption extends DynamicResource {
  /** Of the service principal that was found or made. */
  declare readonly servicePrincipalObjectId: pulumi.Output<string>;

  constructor(name: string, inputs: pulumi.Inputs, opts?: pulumi.CustomResourceOptions) {
    const outputs = ["servicePrincipalObjectId", "added"];
    // Another object id is another application.
    const options = pulumi.mergeOptions({ replaceOnChanges: ["objectId"] }, opts);
    super("Adoption", "adoption-provider", name, { ...inputs, providerVersion }, outputs, options);
  }
}
