import * as pulumi from "@pulumi/pulumi";
import { declaredResources, requestedPermissions } from "../application/permissions";
import type { CloudChoice } from "../config/clouds";
import { type AdminConsent, protectStack } from "../config/limits";
import { refreshTokenNameOf } from "../consent/target";
import { present } from "../errors/failure";
import { AdoptedApplication, type AdoptedApplicationArgs } from "./adopted-application";
import type { ClientSecretsArgs, StoredClientSecretArgs } from "./client-secrets";
import { DelegatedGrants } from "./delegated-grants";
import { DestroyProtection } from "./destroy-protection";
import { ExistingVault, type ExistingVaultArgs } from "./existing-vault";
import { type ApplicationArgs, PartnerApplication, type PartnerApplicationArgs } from "./partner-application";
import { PartnerConsent, type PartnerConsentArgs } from "./partner-consent";
import { TokenVault, type TokenVaultArgs } from "./token-vault";

/** The cloud has no default: a wrong one is how most sign-ins fail. */
interface CommonArgs extends CloudChoice, ApplicationArgs {
  consent: Pick<
    PartnerConsentArgs,
    "account" | "mode" | "deadlineMinutes" | "warnBeforeDays" | "port" | "takeOverFrom"
  >;
  /** Grants the delegated permissions to the service account, or to every account. Default: nobody; who signs in consents. */
  adminConsent?: AdminConsent;
}

/** An application that is made, or one that exists. */
type MadeApplicationArgs = Pick<PartnerApplicationArgs, "displayName" | "owners">;
type FoundApplicationArgs = Pick<AdoptedApplicationArgs, "existingApplication" | "changeSignInAudience">;

/** A vault that is made, or one that exists. */
type MadeVaultArgs = Omit<TokenVaultArgs, keyof CloudChoice | "tenantId" | "clientSecrets" | "protect">;
type FoundVaultArgs = Pick<ExistingVaultArgs, "uri">;

/** A secret that is in the vault already belongs to an application and a vault that exist. */
interface MadeSecretArgs {
  clientSecret: ClientSecretsArgs;
  vault: MadeVaultArgs | FoundVaultArgs;
}
interface FoundSecretArgs {
  clientSecret: StoredClientSecretArgs;
  vault: FoundVaultArgs;
}

export type SecureApplicationModelArgs = CommonArgs &
  ((MadeApplicationArgs & MadeSecretArgs) | (FoundApplicationArgs & (MadeSecretArgs | FoundSecretArgs)));

/** The whole model of one partner tenant. Needs an azuread and an azure-native provider of the same cloud among its `providers`. */
export class SecureApplicationModel extends pulumi.ComponentResource {
  readonly application: PartnerApplication | AdoptedApplication;
  readonly vault: TokenVault | ExistingVault;
  readonly consent: PartnerConsent;
  /** The vault secret that holds the refresh token. */
  readonly refreshTokenName: pulumi.Output<string>;
  /** The vault secret that holds the current client secret. */
  readonly clientSecretName: pulumi.Output<string>;

  constructor(name: string, args: SecureApplicationModelArgs, opts?: pulumi.ComponentResourceOptions) {
    super("secure-application-model:index:SecureApplicationModel", name, {}, opts);
    const { cloud, endpoints = {}, tenantId, clientSecret, vault, protect = protectStack } = args;
    const parent = { parent: this };
    this.application =
      "existingApplication" in args
        ? new AdoptedApplication(name, args, parent)
        : new PartnerApplication(name, args, parent);
    const { clientSecrets } = this.application;
    this.vault =
      "uri" in vault
        ? new ExistingVault(name, { ...vault, cloud, endpoints, clientSecrets }, parent)
        : new TokenVault(name, { ...vault, cloud, endpoints, tenantId, clientSecrets, protect }, parent);
    this.refreshTokenName = pulumi.output(tenantId).apply(refreshTokenNameOf);
    const keptName = ({ label }: ClientSecretsArgs) =>
      present(this.vault.clientSecretNames.get(label), `The vault keeps no client secret ${label}.`);
    this.clientSecretName = pulumi.output(
      "vaultSecretName" in clientSecret ? clientSecret.vaultSecretName : keptName(clientSecret),
    );
    const { previous, older, rollTokens } = madeSecrets(clientSecret);
    const permissions = declaredResources(requestedPermissions(args));
    const { clientId } = this.application;
    const grants =
      args.adminConsent === undefined
        ? []
        : [
            new DelegatedGrants(
              name,
              {
                ...{ cloud, endpoints, tenantId, clientId, permissions },
                adminConsent: args.adminConsent,
                account: args.consent.account,
              },
              { parent: this, dependsOn: [this.application] },
            ),
          ];
    this.consent = new PartnerConsent(
      name,
      {
        ...args.consent,
        cloud,
        endpoints,
        tenantId,
        clientId,
        vaultUri: this.vault.uri,
        refreshTokenName: this.refreshTokenName,
        clientSecretName: this.clientSecretName,
        previousClientSecretName: previous && keptName(previous),
        olderClientSecretNames: older && older.length > 0 ? older.map(keptName) : undefined,
        rollTokens,
        permissions,
        grantsMade: args.adminConsent !== undefined,
      },
      // Last of all: a person should sign in only when everything else is in place.
      { parent: this, dependsOn: [this.application, this.vault, ...grants] },
    );
    new DestroyProtection(name, { parent: this, protect, dependsOn: [this.consent] });
    this.registerOutputs({ refreshTokenName: this.refreshTokenName, clientSecretName: this.clientSecretName });
  }
}

/** What is rotated; nothing of a secret that somebody else put into the vault. */
function madeSecrets(secret: ClientSecretsArgs | StoredClientSecretArgs): Partial<ClientSecretsArgs> {
  return "vaultSecretName" in secret ? {} : secret;
}
