import * as pulumi from "@pulumi/pulumi";
import { declaredResources, requestedPermissions } from "../lib/application/permissions";
import { type CloudChoice, cloudOf } from "../lib/config/clouds";
import type { ConsentArgs, CredentialArgs, VaultArgs } from "../lib/config/model-args";
import { type AdminConsent, protectStack, type Generation } from "../lib/config/limits";
import { labelOf } from "../lib/credential/generations";
import { refreshTokenNameOf } from "../lib/token/target";
import { present } from "../lib/errors/failure";
import { AdoptedApplication, type AdoptedApplicationArgs } from "./adopted-application";
import { trustCertificate } from "./application-certificate";
import { requireValid } from "./checked-args";
import type { CredentialsArgs } from "./client-secrets";
import { CredentialRecord, type Trusted } from "./credential-record";
import { DelegatedGrants } from "./delegated-grants";
import { DestroyProtection } from "./destroy-protection";
import { tellEndpoints } from "./endpoints-told";
import { ExistingVault, type ExistingVaultArgs } from "./existing-vault";
import { type ApplicationArgs, PartnerApplication, type PartnerApplicationArgs } from "./partner-application";
import { PartnerConsent, thisStack } from "./partner-consent";
import { TokenVault, type TokenVaultArgs } from "./token-vault";

/** The cloud has no default: a wrong cloud is the most common cause of failed sign-ins. */
interface CommonArgs extends CloudChoice, Omit<ApplicationArgs, keyof CredentialsArgs> {
  credential: CredentialArgs;
  vault: (VaultArgs & Pick<TokenVaultArgs, "found">) | Pick<ExistingVaultArgs, "uri">;
  consent: ConsentArgs;
  /** The accounts that get the delegated permissions. Default: none; the account that signs in consents. */
  adminConsent?: AdminConsent;
}

export type SecureApplicationModelArgs = CommonArgs &
  (
    | Pick<PartnerApplicationArgs, "displayName" | "owners">
    | Pick<AdoptedApplicationArgs, "existingApplication" | "changeSignInAudience">
  );

/** The whole model of one partner tenant. Its azuread and azure-native `providers` are of the same cloud. */
export class SecureApplicationModel extends pulumi.ComponentResource {
  readonly application: PartnerApplication | AdoptedApplication;
  readonly vault: TokenVault | ExistingVault;
  readonly consent: PartnerConsent;
  /** Name of the vault secret that contains the refresh token. */
  readonly refreshTokenName: pulumi.Output<string>;
  /** The vault secret with the credential, and its generations. Export it: the next run needs it for the rotation. */
  readonly credential: pulumi.Output<{ name: string; generations: readonly Generation[] }>;

  constructor(name: string, args: SecureApplicationModelArgs, opts?: pulumi.ComponentResourceOptions) {
    requireValid(name, { ...args });
    super("secure-application-model:index:SecureApplicationModel", name, {}, opts);
    const { cloud, endpoints, tenantId, vault, adminConsent, consent, protect = protectStack } = args;
    tellEndpoints(cloudOf(cloud, endpoints));
    const place = { cloud, endpoints, tenantId };
    const parent = { parent: this };
    const { generations, vaultSecretName, validityMonths } = args.credential;
    const made = { ...args, generations, validityMonths };
    this.application =
      "existingApplication" in made
        ? new AdoptedApplication(name, made, parent)
        : new PartnerApplication(name, made, parent);
    const { clientId, objectId, credentials } = this.application;
    const kept = { cloud, endpoints, generations, validityMonths };
    this.vault =
      "uri" in vault
        ? new ExistingVault(name, { ...vault, ...kept }, parent)
        : new TokenVault(name, { ...vault, ...kept, tenantId, protect }, parent);
    const afterApplication = { parent: this, dependsOn: [this.application] };
    const trusted = new Map<number, Trusted>();
    for (const [number, certificate] of this.vault.certificates) {
      const entry = trustCertificate(`${name}-${labelOf({ number })}`, objectId, certificate, place, afterApplication);
      trusted.set(number, { certificate, entry });
    }
    const entries = [...trusted.values()].map(({ entry }) => entry);
    this.refreshTokenName = pulumi.output(tenantId).apply(refreshTokenNameOf);
    const awaitsRole = !("uri" in vault);
    const recorded = { ...place, clientId, vaultUri: this.vault.uri, awaitsRole };
    // A credential is made, trusted, then stored, and only then an older one deleted: readers get what Entra accepts.
    const afterAll = { parent: this, dependsOn: [this.application, this.vault, ...entries] };
    const [current, ...others] = credentials;
    const record =
      current && new CredentialRecord(name, recorded, { credentials: [current, ...others], trusted }, afterAll);
    const credentialName = pulumi.output(
      vaultSecretName ?? present(record, "The application has no credential.").recordName,
    );
    this.credential = pulumi
      .all([credentialName, record?.generations ?? []])
      .apply(([one, all]) => ({ name: one, generations: all }));
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
        awaitsRole,
        refreshTokenName: this.refreshTokenName,
        credential: credentialName,
        permissions,
        grantsMade: adminConsent !== undefined,
      },
      // Created last: a person should sign in only when everything else is in place.
      { parent: this, dependsOn: [this.application, this.vault, ...entries, ...(record ? [record] : []), ...grants] },
    );
    const guarded = "uri" in vault ? {} : { cloud, endpoints, vaultUri: this.vault.uri, stack: thisStack() };
    new DestroyProtection(name, protect, { parent: this, dependsOn: [this.consent] }, guarded);
    this.registerOutputs({ refreshTokenName: this.refreshTokenName, credential: this.credential });
  }
}
