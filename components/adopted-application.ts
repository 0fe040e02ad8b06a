import * as pulumi from "@pulumi/pulumi";
import type { CloudName, Endpoints } from "../config/clouds";
import { type ExtraPermissions, namedPermissions, requestedPermissions } from "../application/permissions";
import { replyUrls } from "../application/reply-urls";
import { adminAgents } from "./admin-agents";
import { Adoption } from "./adoption";
import {
  type ClientSecretsArgs,
  createClientSecrets,
  type CreatedSecret,
  type StoredClientSecretArgs,
} from "./client-secrets";

/** An application of this tenant that was found fit to be adopted. */
export interface ExistingApplication {
  clientId: string;
  objectId: string;
}

export interface AdoptedApplicationArgs extends ExtraPermissions {
  cloud: CloudName;
  /** Overrides of the cloud's row; default none. */
  endpoints?: Partial<Endpoints>;
  /** GUID of the tenant the application lives in. */
  tenantId: pulumi.Input<string>;
  /** As resolveExisting() found it. */
  existingApplication: ExistingApplication;
  /** Whether a sign-in audience of one organization may be widened to AzureADMultipleOrgs; default false. */
  changeSignInAudience?: boolean;
  /** Pre-consent: see PartnerApplication. Default false. */
  configurePreconsent?: boolean;
  /** A new secret beside those there; or one that is in the vault already, and none is made. */
  clientSecret: ClientSecretsArgs | StoredClientSecretArgs;
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
        clientId,
        objectId,
        replyUrls,
        permissions: namedPermissions(requestedPermissions(args)),
        changeSignInAudience: args.changeSignInAudience ?? false,
        groups: args.configurePreconsent ? [pulumi.output(adminAgents({ parent: this }))] : [],
      },
      { parent: this },
    );
    // An application that cannot be adopted gets no secret either.
    const options = { parent: this, dependsOn: [adoption] };
    this.clientSecrets =
      "vaultSecretName" in args.clientSecret
        ? new Map<string, CreatedSecret>()
        : createClientSecrets(name, `/applications/${objectId}`, args.clientSecret, options);
    this.clientId = pulumi.output(clientId);
    this.objectId = pulumi.output(objectId);
    this.servicePrincipalObjectId = adoption.servicePrincipalObjectId;
    this.registerOutputs({
      clientId: this.clientId,
      objectId: this.objectId,
      servicePrincipalObjectId: this.servicePrincipalObjectId,
    });
  }
}
