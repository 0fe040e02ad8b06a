import * as pulumi from "@pulumi/pulumi";
import { wantedOf } from "../lib/application/adoption/lists";
import type { CloudChoice } from "../lib/config/clouds";
import { protectStack } from "../lib/config/limits";
import { requireValidPart } from "./checked-args";
import { createClientSecrets, type CreatedCredential } from "./client-secrets";
import { DynamicResource } from "./dynamic-resource";
import { adminAgents, type ApplicationArgs } from "./partner-application";

export interface ExistingApplication {
  clientId: string;
  objectId: string;
}

export interface AdoptedApplicationArgs extends CloudChoice, ApplicationArgs {
  /** Its ids, as Entra has them. */
  existingApplication: ExistingApplication;
  /** Whether a sign-in audience of one organization may be widened to AzureADMultipleOrgs; default false. */
  changeSignInAudience?: boolean;
}

/**
 * An existing application, with what the model needs added to it. Destroy removes only what was added; a run that was killed between
 * Graph's answer and the engine's save forgets its additions. azuread's split resources own whole lists: they delete others' reply URLs
 * on destroy, refuse an existing membership, and delete an existing service principal on destroy.
 */
export class AdoptedApplication extends pulumi.ComponentResource {
  readonly clientId: pulumi.Output<string>;
  readonly objectId: pulumi.Output<string>;
  readonly servicePrincipalObjectId: pulumi.Output<string>;
  /** The current one first. Not registered as outputs. */
  readonly credentials: readonly CreatedCredential[];

  constructor(name: string, args: AdoptedApplicationArgs, opts?: pulumi.ComponentResourceOptions) {
    requireValidPart(
      "AdoptedApplication",
      name,
      { ...args },
      { names: ["cloud", "endpoints", "tenantId", "existingApplication", "protect"] },
    );
    super("secure-application-model:index:AdoptedApplication", name, {}, opts);
    const { clientId, objectId } = args.existingApplication;
    const adoption = new Adoption(
      name,
      {
        ...{ cloud: args.cloud, endpoints: args.endpoints, tenantId: args.tenantId, objectId },
        changeSignInAudience: args.changeSignInAudience ?? false,
        // The required values: if a refresh finds others, the engine shows a change of these inputs.
        ...wantedOf(clientId, args, args.configurePreconsent ? [pulumi.output(adminAgents({ parent: this }))] : []),
      },
      { parent: this, protect: args.protect ?? protectStack },
    );
    // An application that cannot be adopted must not get a secret either.
    const options = { parent: this, dependsOn: [adoption] };
    this.credentials = createClientSecrets(name, `/applications/${objectId}`, args, options);
    this.clientId = pulumi.output(clientId);
    this.objectId = pulumi.output(objectId);
    this.servicePrincipalObjectId = adoption.servicePrincipalObjectId;
    this.registerOutputs({ clientId, objectId, servicePrincipalObjectId: this.servicePrincipalObjectId });
  }
}

/** Adds what is missing and removes only that: azuread's own resources own whole lists, and empty them. */
export class Adoption extends DynamicResource {
  declare readonly servicePrincipalObjectId: pulumi.Output<string>;

  constructor(name: string, inputs: pulumi.Inputs, opts?: pulumi.CustomResourceOptions) {
    const outputs = ["servicePrincipalObjectId", "added"];
    // A different object id means a different application.
    const own = { replaceOnChanges: ["objectId"] };
    super("Adoption", name, { inputs: { ...inputs, providerVersion: "1" }, outputs, own }, opts);
  }
}
