import * as azuread from "@pulumi/azuread";
import * as pulumi from "@pulumi/pulumi";
import { replyUrls } from "../oauth/reply-urls";
import { guidOf } from "./naming";
import { type ExtraPermissions, requiredResourceAccesses } from "./permissions";

/** One client secret. Every change replaces it, so its dates are fixed in the configuration and nothing is computed. */
export interface ClientSecretArgs {
  /** 1 to 32 lower-case letters, digits, dashes: shown in Entra as the secret's description. */
  label: string;
  /** UTC, ISO 8601; default: Entra's two years. */
  endDate?: string;
}

export interface PartnerApplicationArgs extends ExtraPermissions {
  /** GUID of the tenant the application lives in. */
  tenantId: pulumi.Input<string>;
  /** 1 to 120 characters; people see it on the consent page. */
  displayName: pulumi.Input<string>;
  /** Object ids. Default: the deployer of the first run; later deployers do not change it. */
  owners?: pulumi.Input<string>[];
  /**
   * Pre-consent: the service principal joins AdminAgents, whose members act in every customer's tenant (before GDAP). Default false.
   * Fails when the tenant has no such group, or two.
   */
  configurePreconsent?: boolean;
  /** The current secret, and the one being rotated out: both stay valid until the latter is taken out of the configuration. */
  clientSecret: ClientSecretArgs & { previous?: ClientSecretArgs };
}

/** A secret as it was created. */
export interface CreatedSecret {
  keyId: pulumi.Output<string>;
  endDate: pulumi.Output<string>;
  /** A Pulumi secret. */
  value: pulumi.Output<string>;
}

/**
 * The multi-tenant application of the Secure Application Model: its exact permissions, reply URLs, identifier URI, client secrets,
 * service principal and, when asked for, its pre-consent.
 */
export class PartnerApplication extends pulumi.ComponentResource {
  readonly clientId: pulumi.Output<string>;
  readonly objectId: pulumi.Output<string>;
  readonly servicePrincipalObjectId: pulumi.Output<string>;
  /** By label; the current one first. Not registered as outputs. */
  readonly clientSecrets: ReadonlyMap<string, CreatedSecret>;

  constructor(name: string, args: PartnerApplicationArgs, opts?: pulumi.ComponentResourceOptions) {
    super("secure-application-model:index:PartnerApplication", name, {}, opts);
    const { application, ownership } = this.#createApplication(name, args);
    const servicePrincipal = new azuread.ServicePrincipal(
      name,
      { clientId: application.clientId, owners: ownership.owners },
      ownership.options,
    );
    if (args.configurePreconsent) {
      const groupObjectId = pulumi.output(adminAgents({ parent: this }));
      const memberObjectId = servicePrincipal.objectId;
      new azuread.GroupMember(`${name}-admin-agents`, { groupObjectId, memberObjectId }, { parent: this });
    }
    const { previous, ...current } = args.clientSecret;
    const secrets = previous === undefined ? [current] : [current, previous];
    this.clientSecrets = new Map(
      secrets.map((secret) => [secret.label, this.#createSecret(name, application, secret)]),
    );
    this.clientId = application.clientId;
    this.objectId = application.objectId;
    this.servicePrincipalObjectId = servicePrincipal.objectId;
    this.registerOutputs({
      clientId: this.clientId,
      objectId: this.objectId,
      servicePrincipalObjectId: this.servicePrincipalObjectId,
    });
  }

  #createApplication(name: string, args: PartnerApplicationArgs) {
    // Without owners the provider removes the creator, and a deployer that may only write what it owns locks itself out.
    const deployer = azuread.getClientConfigOutput({ parent: this }).objectId;
    const ownership = {
      owners: args.owners ?? [deployer],
      options: { parent: this, ignoreChanges: args.owners === undefined ? ["owners"] : [] },
    };
    const domain = azuread.getDomainsOutput({ onlyDefault: true }, { parent: this }).domains;
    const unique = pulumi.output(args.tenantId).apply((id) => guidOf(id, pulumi.getProject(), pulumi.getStack(), name));
    const application = new azuread.Application(
      name,
      {
        displayName: args.displayName,
        signInAudience: "AzureADMultipleOrgs",
        api: { requestedAccessTokenVersion: 2 },
        identifierUris: [pulumi.interpolate`https://${domain.apply((all) => all[0]?.domainName ?? "")}/${unique}`],
        requiredResourceAccesses: requiredResourceAccesses(args),
        web: { redirectUris: [replyUrls.outOfBand, replyUrls.loopback] },
        owners: ownership.owners,
      },
      // The identifier URI is taken while the old application exists.
      { ...ownership.options, deleteBeforeReplace: true },
    );
    return { application, ownership };
  }

  #createSecret(name: string, application: azuread.Application, secret: ClientSecretArgs): CreatedSecret {
    const { keyId, endDate, value } = new azuread.ApplicationPassword(
      `${name}-${secret.label}`,
      {
        applicationId: application.id,
        displayName: secret.label,
        ...(secret.endDate === undefined ? {} : { endDate: secret.endDate }),
      },
      { parent: this },
    );
    return { keyId, endDate, value };
  }
}

/** Finds the group by its display name, as the model does; the provider's own errors name a filter, not the reason. */
async function adminAgents(opts: pulumi.InvokeOptions): Promise<string> {
  try {
    const group = await azuread.getGroup({ displayName: "AdminAgents" }, opts);
    return group.objectId;
  } catch (error) {
    const text = (error as Error).message;
    if (text.includes("No group found")) {
      throw new pulumi.RunError(
        "This tenant has no group AdminAgents, so it is not the tenant of a Cloud Solution Provider, or Partner Center was never set up in it.\n" +
          "Check the tenant (pulumi config get secure-application-model:tenantId), or leave the pre-consent out:\n" +
          "  pulumi config set secure-application-model:configurePreconsent false",
      );
    }
    if (text.includes("More than one group")) {
      throw new pulumi.RunError(
        "This tenant has more than one group AdminAgents, and joining the wrong one would grant nothing, or too much.\n" +
          "Rename the one that is not Partner Center's (az ad group list --display-name AdminAgents shows both), then run this again.",
      );
    }
    throw error;
  }
}
