import * as pulumi from "@pulumi/pulumi";
import type { CloudName, Endpoints } from "../config/clouds";
import { refreshTokenNameOf } from "../consent/target";
import { PartnerApplication, type PartnerApplicationArgs } from "./partner-application";
import { PartnerConsent, type PartnerConsentArgs } from "./partner-consent";
import { TokenVault, type TokenVaultArgs } from "./token-vault";

export interface SecureApplicationModelArgs extends PartnerApplicationArgs {
  /** No default: a wrong cloud is how most sign-ins fail. */
  cloud: CloudName;
  /** Overrides of the cloud's row: a custom cloud, or the embedded one. Default none. */
  endpoints?: Partial<Endpoints>;
  vault: Omit<TokenVaultArgs, "cloud" | "endpoints" | "tenantId" | "clientSecrets">;
  consent: Pick<PartnerConsentArgs, "account" | "mode" | "deadlineMinutes" | "warnBeforeDays" | "port">;
}

/**
 * The whole Secure Application Model of one partner tenant: application, vault, and the consent that keeps a refresh token in it.
 * Needs an azuread and an azure-native provider of the same cloud among its `providers`.
 */
export class SecureApplicationModel extends pulumi.ComponentResource {
  readonly application: PartnerApplication;
  readonly vault: TokenVault;
  readonly consent: PartnerConsent;
  /** The vault secret that holds the refresh token. */
  readonly refreshTokenName: pulumi.Output<string>;
  /** The vault secret that holds the current client secret. */
  readonly clientSecretName: pulumi.Output<string>;

  constructor(name: string, args: SecureApplicationModelArgs, opts?: pulumi.ComponentResourceOptions) {
    super("secure-application-model:index:SecureApplicationModel", name, {}, opts);
    const { cloud, endpoints = {}, vault, consent, ...application } = args;
    const { tenantId, clientSecret } = application;
    this.application = new PartnerApplication(name, application, { parent: this });
    const { clientSecrets } = this.application;
    this.vault = new TokenVault(name, { ...vault, cloud, endpoints, tenantId, clientSecrets }, { parent: this });
    this.refreshTokenName = pulumi.output(tenantId).apply(refreshTokenNameOf);
    this.clientSecretName = pulumi.output(this.vault.clientSecretNames.get(clientSecret.label) ?? "");
    this.consent = new PartnerConsent(
      name,
      {
        ...consent,
        cloud,
        endpoints,
        tenantId,
        clientId: this.application.clientId,
        vaultUri: this.vault.uri,
        refreshTokenName: this.refreshTokenName,
        clientSecretName: this.clientSecretName,
      },
      // Last of all: a person should sign in only when everything else is in place.
      { parent: this, dependsOn: [this.application, this.vault] },
    );
    this.registerOutputs({ refreshTokenName: this.refreshTokenName, clientSecretName: this.clientSecretName });
  }
}
