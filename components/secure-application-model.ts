import * as pulumi from "@pulumi/pulumi";
import { declaredResources, requestedPermissions } from "../lib/application/permissions";
import { type CloudChoice, cloudOf } from "../lib/config/clouds";
import type { Combined, ConsentArgs, RotationArgs, VaultArgs } from "../lib/config/model-args";
import { type AdminConsent, protectStack } from "../lib/config/limits";
import { refreshTokenNameOf } from "../lib/consent/target";
import { present } from "../lib/errors/failure";
import { AdoptedApplication, type AdoptedApplicationArgs } from "./adopted-application";
import { trustCertificate } from "./application-certificate";
import { DelegatedGrants } from "./delegated-grants";
import { DestroyProtection } from "./destroy-protection";
import { tellEndpoints } from "./endpoints-told";
import { ExistingVault, type ExistingVaultArgs } from "./existing-vault";
import type { KeptCredential } from "./kept-credentials";
import { type ApplicationArgs, PartnerApplication, type PartnerApplicationArgs } from "./partner-application";
import { PartnerConsent, thisStack } from "./partner-consent";
import { TokenVault, type TokenVaultArgs } from "./token-vault";

/** The cloud has no default: a wrong cloud is the most common cause of failed sign-ins. */
interface CommonArgs extends CloudChoice, Omit<ApplicationArgs, "credentials"> {
  consent: ConsentArgs;
  /** To whom the delegated permissions are granted. Default: nobody; the account that signs in consents. */
  adminConsent?: AdminConsent;
}

export type SecureApplicationModelArgs = CommonArgs &
  Combined<
    Pick<PartnerApplicationArgs, "displayName" | "owners">,
    Pick<AdoptedApplicationArgs, "existingApplication" | "changeSignInAudience">,
    VaultArgs & Pick<TokenVaultArgs, "found">,
    Pick<ExistingVaultArgs, "uri">,
    RotationArgs
  >;

/** The whole model of one partner tenant. Its azuread and azure-native `providers` are of the same cloud. */
export class SecureApplicationModel extends pulumi.ComponentResource {
  readonly application: PartnerApplication | AdoptedApplication;
  readonly vault: TokenVault | ExistingVault;
  readonly consent: PartnerConsent;
  /** Name of the vault secret that contains the refresh token. */
  readonly refreshTokenName: pulumi.Output<string>;
  /** Those that the stack creates, the current one first. Not registered as outputs. */
  readonly credentials: readonly Omit<KeptCredential, "certificate">[];
  /** The current credential's name in a token's tag: for a client secret, the name of its vault secret. */
  readonly clientSecretName: pulumi.Output<string>;

  constructor(name: string, args: SecureApplicationModelArgs, opts?: pulumi.ComponentResourceOptions) {
    super("secure-application-model:index:SecureApplicationModel", name, {}, opts);
    const { cloud, endpoints, tenantId, vault, adminConsent, consent, protect = protectStack } = args;
    tellEndpoints(cloudOf(cloud, endpoints));
    const place = { cloud, endpoints, tenantId };
    const parent = { parent: this };
    const { declared, vaultSecretName, validityMonths, rollTokens } = args.credential;
    this.application =
      "existingApplication" in args
        ? new AdoptedApplication(name, { ...args, credentials: declared }, parent)
        : new PartnerApplication(name, { ...args, credentials: declared }, parent);
    const { clientId, objectId, credentials } = this.application;
    const kept = { cloud, endpoints, credentials, validityMonths };
    this.vault =
      "uri" in vault
        ? new ExistingVault(name, { ...vault, ...kept }, parent)
        : new TokenVault(name, { ...vault, ...kept, tenantId, protect }, parent);
    const afterApplication = { parent: this, dependsOn: [this.application] };
    const trusted = this.vault.credentials.flatMap(({ label, certificate }) =>
      certificate ? [trustCertificate(`${name}-${label}`, objectId, certificate, place, afterApplication)] : [],
    );
    this.refreshTokenName = pulumi.output(tenantId).apply(refreshTokenNameOf);
    this.credentials = this.vault.credentials.map(({ certificate: _certificate, ...one }) => one);
    const references = this.credentials.map(({ reference }) => reference);
    const credentialNames =
      vaultSecretName === undefined ? references : [pulumi.output(vaultSecretName), ...references];
    this.clientSecretName = present(credentialNames[0], "The application has no credential.");
    const permissions = declaredResources(requestedPermissions(args));
    const granted = { ...place, clientId, permissions, account: consent.account };
    const grants = adminConsent ? [new DelegatedGrants(name, { ...granted, adminConsent }, afterApplication)] : [];
    this.consent = new PartnerConsent(
      name,
      {
        ...consent,
        ...place,
        clientId,
        vaultUri: this.vault.uri,
        awaitsRole: !("uri" in vault),
        refreshTokenName: this.refreshTokenName,
        credentialNames,
        rollTokens,
        permissions,
        grantsMade: adminConsent !== undefined,
      },
      // Created last: a person should sign in only when everything else is in place.
      { parent: this, dependsOn: [this.application, this.vault, ...trusted, ...grants] },
    );
    const guarded = "uri" in vault ? {} : { cloud, endpoints, vaultUri: this.vault.uri, stack: thisStack() };
    new DestroyProtection(name, protect, { parent: this, dependsOn: [this.consent] }, guarded);
    this.registerOutputs({ refreshTokenName: this.refreshTokenName, clientSecretName: this.clientSecretName });
  }
}
