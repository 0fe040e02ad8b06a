import * as azuread from "@pulumi/azuread";
import * as pulumi from "@pulumi/pulumi";
import { adminAgentsName, noGroup, twoGroups } from "../lib/application/admin-agents";
import { identifierIn } from "../lib/application/identifier";
import { type ExtraPermissions, requestedPermissions, withPermissions } from "../lib/application/permissions";
import type { ReplyUrlChoice } from "../lib/application/reply-url-choice";
import { wantedReplyUrls } from "../lib/application/reply-urls";
import { wantedAudience } from "../lib/application/sign-in-audience";
import { protectStack } from "../lib/config/limits";
import { present } from "../lib/errors/failure";
import { textOf } from "../lib/errors/text";
import { requireValidPart } from "./checked-args";
import { createClientSecrets, type CreatedCredential, type CredentialsArgs } from "./client-secrets";

/** The client secrets among the generations are created, beside those of an existing application. */
export interface ApplicationArgs extends ExtraPermissions, ReplyUrlChoice, CredentialsArgs {
  /** GUID of the tenant it is registered in. */
  tenantId: pulumi.Input<string>;
  /** Joins AdminAgents, whose members have access to every customer's tenant before GDAP. Default false. */
  configurePreconsent?: boolean;
  /** Whether `pulumi destroy` refuses to delete what was created or remove what was added. Default true. */
  protect?: boolean;
}

export interface PartnerApplicationArgs extends ApplicationArgs {
  /** 1 to 120 characters; people see it on the consent page. */
  displayName: pulumi.Input<string>;
  /** Object ids. Default: the deployer of the first run; later deployers do not change it. */
  owners?: pulumi.Input<string>[];
}

/** The model's multi-tenant application: its secrets, service principal and, if configured, pre-consent. */
export class PartnerApplication extends pulumi.ComponentResource {
  readonly clientId: pulumi.Output<string>;
  readonly objectId: pulumi.Output<string>;
  readonly servicePrincipalObjectId: pulumi.Output<string>;
  /** The current one first. Not registered as outputs. */
  readonly credentials: readonly CreatedCredential[];

  constructor(name: string, args: PartnerApplicationArgs, opts?: pulumi.ComponentResourceOptions) {
    requireValidPart(
      "PartnerApplication",
      name,
      { ...args },
      { names: ["displayName", "owners", "tenantId", "protect"] },
    );
    super("secure-application-model:index:PartnerApplication", name, {}, opts);
    // Without owners the provider removes the creator, who may have rights on its own applications only.
    const deployer = azuread.getClientConfigOutput({ parent: this }).objectId;
    const owners = args.owners ?? [deployer];
    const protect = args.protect ?? protectStack;
    const owned = { parent: this, protect, ignoreChanges: args.owners === undefined ? ["owners"] : [] };
    const domain = azuread
      .getDomainsOutput({ onlyDefault: true }, { parent: this })
      .domains.apply(([first]) => present(first, "The tenant has no default domain.").domainName);
    const unique = pulumi
      .output(args.tenantId)
      .apply((id) => identifierIn(id, pulumi.getProject(), pulumi.getStack(), name));
    const requiredResourceAccess = withPermissions([], requestedPermissions(args));
    // Defaults that affect tokens are declared: otherwise a refresh accepts a change as the new default.
    const application = new azuread.Application(
      name,
      {
        displayName: args.displayName,
        signInAudience: wantedAudience,
        api: { requestedAccessTokenVersion: 2 },
        identifierUris: [pulumi.interpolate`https://${domain}/${unique}`],
        requiredResourceAccesses: requiredResourceAccess.map(({ resourceAppId, resourceAccess }) => ({
          resourceAppId,
          resourceAccesses: resourceAccess,
        })),
        web: {
          redirectUris: Object.values(wantedReplyUrls(args)),
          implicitGrant: { accessTokenIssuanceEnabled: false, idTokenIssuanceEnabled: false },
        },
        fallbackPublicClientEnabled: false,
        owners,
      },
      // The identifier URI is in use while the old application exists.
      { ...owned, deleteBeforeReplace: true },
    );
    const { clientId, objectId } = application;
    const ofPrincipal = { clientId, owners, accountEnabled: true, appRoleAssignmentRequired: false };
    // Never deletedWith the application: an interrupted destroy would leave a service principal that no state has.
    const servicePrincipal = new azuread.ServicePrincipal(name, ofPrincipal, owned);
    if (args.configurePreconsent) {
      const groupObjectId = pulumi.output(adminAgents({ parent: this }));
      const memberObjectId = servicePrincipal.objectId;
      new azuread.GroupMember(`${name}-admin-agents`, { groupObjectId, memberObjectId }, { parent: this });
    }
    this.credentials = createClientSecrets(name, application.id, args, { parent: this });
    this.clientId = clientId;
    this.objectId = objectId;
    this.servicePrincipalObjectId = servicePrincipal.objectId;
    this.registerOutputs({ clientId, objectId, servicePrincipalObjectId: this.servicePrincipalObjectId });
  }
}

/** Finds the group by its name; the provider's own error shows a filter instead of the reason. */
export async function adminAgents(opts: pulumi.InvokeOptions): Promise<string> {
  try {
    return (await azuread.getGroup({ displayName: adminAgentsName }, opts)).objectId;
  } catch (error) {
    const text = (error as Error).message;
    const parts = text.includes("No group found")
      ? noGroup
      : text.includes("More than one group")
        ? twoGroups
        : undefined;
    throw parts === undefined ? error : new pulumi.RunError(textOf(parts));
  }
}
