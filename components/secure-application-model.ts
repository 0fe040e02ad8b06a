import * as pulumi from "@pulumi/pulumi";
import { declaredResources, requestedPermissions } from "../lib/application/permissions";
import { type CloudChoice, cloudOf } from "../lib/config/clouds";
import { type AdminConsent, type CredentialKind, protectStack } from "../lib/config/limits";
import { refreshTokenNameOf } from "../lib/consent/target";
import { present } from "../lib/errors/failure";
import { AdoptedApplication, type AdoptedApplicationArgs } from "./adopted-application";
import {
  type CertificateCredentialArgs,
  declaredCredentials,
  type SecretCredentialArgs,
  trustCertificates,
} from "./client-certificates";
import type { ClientSecretsArgs, StoredClientSecretArgs } from "./client-secrets";
import { DelegatedGrants } from "./delegated-grants";
import { DestroyProtection } from "./destroy-protection";
import { tellEndpoints } from "./endpoints-told";
import { ExistingVault, type ExistingVaultArgs } from "./existing-vault";
import { type ApplicationArgs, PartnerApplication, type PartnerApplicationArgs } from "./partner-application";
import { PartnerConsent, type PartnerConsentArgs } from "./partner-consent";
import { TokenVault, type TokenVaultArgs } from "./token-vault";

/** The cloud has no default: a wrong cloud is the most common cause of failed sign-ins. */
interface CommonArgs extends CloudChoice, ApplicationArgs {
  consent: Pick<
    PartnerConsentArgs,
    "account" | "mode" | "deadlineMinutes" | "warnBeforeDays" | "port" | "takeOverFrom"
  >;
  /** Grants the delegated permissions to the service account, or to every account. Default: no grant; the account that signs in consents. */
  adminConsent?: AdminConsent;
}

/** An application that is created, or an existing one. */
type MadeApplicationArgs = Pick<PartnerApplicationArgs, "displayName" | "owners">;
type FoundApplicationArgs = Pick<AdoptedApplicationArgs, "existingApplication" | "changeSignInAudience">;

/** A vault that is created, or an existing one. */
type MadeVaultArgs = Omit<
  TokenVaultArgs,
  keyof CloudChoice | "tenantId" | "clientSecrets" | "certificates" | "validityMonths" | "protect"
>;
type FoundVaultArgs = Pick<ExistingVaultArgs, "uri">;

/** A secret that is already in the vault requires an existing application and an existing vault. */
interface MadeSecretArgs {
  clientSecret: ClientSecretsArgs;
  /** The credential before it, if that is not in `clientSecret`. */
  credential?: SecretCredentialArgs;
  vault: MadeVaultArgs | FoundVaultArgs;
}
/** In place of a client secret. */
interface MadeCertificateArgs {
  credential: CertificateCredentialArgs;
  vault: MadeVaultArgs | FoundVaultArgs;
}
interface FoundSecretArgs {
  clientSecret: StoredClientSecretArgs;
  vault: FoundVaultArgs;
}

export type SecureApplicationModelArgs = CommonArgs &
  (
    | (MadeApplicationArgs & (MadeSecretArgs | MadeCertificateArgs))
    | (FoundApplicationArgs & (MadeSecretArgs | MadeCertificateArgs | FoundSecretArgs))
  );

/** The whole model of one partner tenant. Needs an azuread and an azure-native provider of the same cloud among its `providers`. */
export class SecureApplicationModel extends pulumi.ComponentResource {
  readonly application: PartnerApplication | AdoptedApplication;
  readonly vault: TokenVault | ExistingVault;
  readonly consent: PartnerConsent;
  /** Name of the vault secret that contains the refresh token. */
  readonly refreshTokenName: pulumi.Output<string>;
  /** The current credential's name in a token's tag: for a client secret, the name of its vault secret. */
  readonly clientSecretName: pulumi.Output<string>;

  constructor(name: string, args: SecureApplicationModelArgs, opts?: pulumi.ComponentResourceOptions) {
    super("secure-application-model:index:SecureApplicationModel", name, {}, opts);
    const { cloud, endpoints = {}, tenantId, vault, protect = protectStack } = args;
    tellEndpoints(cloudOf(cloud, endpoints));
    const parent = { parent: this };
    const plan = declaredCredentials(args);
    this.application =
      "existingApplication" in args
        ? new AdoptedApplication(name, { ...args, clientSecret: plan.secrets }, parent)
        : new PartnerApplication(name, { ...args, clientSecret: madeOf(plan.secrets) }, parent);
    const { clientSecrets, objectId } = this.application;
    const { certificates } = plan;
    const kept = { cloud, endpoints, clientSecrets, certificates, ...validityIn(args) };
    this.vault =
      "uri" in vault
        ? new ExistingVault(name, { ...vault, ...kept }, parent)
        : new TokenVault(name, { ...vault, ...kept, tenantId, protect }, parent);
    const trusted = trustCertificates(
      name,
      objectId,
      this.vault.certificates,
      { cloud, endpoints, tenantId },
      { parent: this, dependsOn: [this.application] },
    );
    this.refreshTokenName = pulumi.output(tenantId).apply(refreshTokenNameOf);
    const keptName = ({ kind, label }: { kind: CredentialKind; label: string }) =>
      kind === "certificate"
        ? present(this.vault.certificates.get(label), `The vault has no certificate ${label}.`).reference
        : present(this.vault.clientSecretNames.get(label), `The vault keeps no client secret ${label}.`);
    const { current, others, secrets } = plan;
    const [previous, ...older] = others;
    this.clientSecretName = pulumi.output(
      current === undefined && secrets !== undefined && "vaultSecretName" in secrets
        ? secrets.vaultSecretName
        : keptName(present(current, "The application has no credential.")),
    );
    const { rollTokens } = { rollTokens: undefined, ...credentialIn(args) };
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
        olderClientSecretNames: older.length > 0 ? older.map(keptName) : undefined,
        rollTokens,
        permissions,
        grantsMade: args.adminConsent !== undefined,
      },
      // Created last: a person should sign in only when everything else is in place.
      { parent: this, dependsOn: [this.application, this.vault, ...trusted, ...grants] },
    );
    new DestroyProtection(name, { parent: this, protect, dependsOn: [this.consent] });
    this.registerOutputs({ refreshTokenName: this.refreshTokenName, clientSecretName: this.clientSecretName });
  }
}

/** Only an adopted application can use a client secret that is already in a vault. */
const madeOf = (secrets: ClientSecretsArgs | StoredClientSecretArgs | undefined): ClientSecretsArgs | undefined =>
  secrets !== undefined && "label" in secrets ? secrets : undefined;

const credentialIn = (args: object) =>
  (args as { credential?: CertificateCredentialArgs | SecretCredentialArgs }).credential;

const validityIn = (args: object): { validityMonths?: number } => {
  const credential = credentialIn(args);
  return credential?.kind === "certificate" && credential.validityMonths !== undefined
    ? { validityMonths: credential.validityMonths }
    : {};
};
