import * as azuread from "@pulumi/azuread";
import * as authorization from "@pulumi/azure-native/authorization";
import { DiagnosticSetting } from "@pulumi/azure-native/monitor/diagnosticSetting";
import * as resources from "@pulumi/azure-native/resources";
import * as pulumi from "@pulumi/pulumi";
import { auditGroup, destinationKind, diagnosticsName } from "../lib/azure/diagnostics";
import { formerType, keyVaultVersion } from "../lib/azure/key-vault";
import { roleIds } from "../lib/azure/roles";
import type { FoundVault } from "../lib/azure/find-vault";
import type { CloudChoice } from "../lib/config/clouds";
import { type Credential, protectStack, retentionDays } from "../lib/config/limits";
import { type ClientCertificate, createClientCertificates } from "./client-certificates";
import type { CreatedSecret } from "./client-secrets";
import { DynamicResource } from "./dynamic-resource";
import { guidOf } from "./naming";
import { Vault } from "./vault";
import { VaultRules } from "./vault-rules";
import { VaultSecret } from "./vault-secret";

export interface VaultReader {
  /** Object id. */
  principalId: string;
  principalType: "User" | "Group" | "ServicePrincipal";
}

export interface TokenVaultArgs extends CloudChoice {
  /** GUID. */
  tenantId: pulumi.Input<string>;
  /** 3 to 24 characters, unique in the whole cloud. */
  name: string;
  resourceGroupName: string;
  location: string;
  /** Whether the stack creates the resource group; default true. From true to false, the engine deletes it with the vault in it. */
  createResourceGroup?: boolean;
  /**
   * From resolveVault(); default: what VaultCreateMode found, which only a refresh updates. Without it the preview of a change to the vault
   * shows the consent as replaced.
   */
  found?: FoundVault;
  /** Days a deleted vault can be recovered: 7 to 90, default 90. Fixed once the vault exists. */
  retentionDays?: number;
  /** Whether `pulumi destroy` refuses to delete group and vault. Default true. */
  protect?: boolean;
  /** IPv4 addresses or CIDR ranges that may reach the vault; default: no restriction. */
  networkRules?: { ipRules: string[] };
  /** Resource id of the Log Analytics workspace, or of the storage account in its region, that its audit log goes to; default: none is kept. */
  diagnostics?: string;
  /** Principals that may read the secrets, beside the deployer. Default none. */
  readers?: VaultReader[];
  /** The client secrets to store, by label. */
  clientSecrets: ReadonlyMap<string, CreatedSecret>;
  /** The certificates among these are created in it; default none. */
  credentials?: readonly Credential[];
  /** Months that a new certificate is valid, 1 to 24; default 12. */
  validityMonths?: number | undefined;
}

/**
 * The Key Vault for the tokens and the client secret: role-based access, soft delete and purge protection, which cannot be
 * disabled again. The deployer of the first run becomes Secrets Officer; somebody must assign the role to later deployers.
 */
export class TokenVault extends pulumi.ComponentResource {
  /** https://<name>.<suffix>/ */
  readonly uri: pulumi.Output<string>;
  /** Names of the client secrets' vault secrets, by label. */
  readonly clientSecretNames: ReadonlyMap<string, pulumi.Output<string>>;
  /** By label. */
  readonly certificates: ReadonlyMap<string, ClientCertificate>;

  constructor(name: string, args: TokenVaultArgs, opts?: pulumi.ComponentResourceOptions) {
    super("secure-application-model:index:TokenVault", name, {}, opts);
    const { vault, subscriptionId } = this.#createVault(name, args);
    this.uri = uriOf(vault, args.found);
    const assign = (suffix: string, role: string, principal: Principal, options?: Assignment) => {
      const { key, ...opts } = options ?? {};
      return new authorization.RoleAssignment(
        `${name}-${suffix}`,
        {
          scope: key === undefined ? vault.id : pulumi.interpolate`${vault.id}/keys/${key}`,
          roleDefinitionId: pulumi.interpolate`/subscriptions/${subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${role}`,
          roleAssignmentName: pulumi
            .all([subscriptionId, principal.principalId, key ?? ""])
            .apply(([subscription, id, on]) =>
              guidOf(subscription, args.name, role, id, ...(on === "" ? [] : [`keys/${on}`])),
            ),
          ...principal,
        },
        { parent: this, ...opts },
      );
    };
    const principalId = azuread.getClientConfigOutput({ parent: this }).objectId;
    const { type: principalType } = azuread.getDirectoryObjectOutput({ objectId: principalId }, { parent: this });
    // A laptop and CI are two deployers: the assignment must not change with every run.
    const ignoreChanges = ["principalId", "principalType", "roleAssignmentName"];
    const officer = assign("officer", roleIds.secretsOfficer, { principalId, principalType }, { ignoreChanges });
    for (const reader of args.readers ?? []) assign(`reader-${reader.principalId}`, roleIds.secretsUser, { ...reader });
    const choice = { cloud: args.cloud, endpoints: args.endpoints ?? {}, vaultUri: this.uri };
    const keep = (label: string, secret: CreatedSecret) =>
      new VaultSecret(
        name,
        { ...choice, label, secret, awaitsRole: true },
        {
          parent: this,
          dependsOn: [officer],
          aliases: [{ type: formerType("Secret") }],
          // The vault is deleted as a whole, and the stored token still names the secret.
          retainOnDelete: true,
        },
      ).secretName;
    this.clientSecretNames = new Map([...args.clientSecrets].map(([label, secret]) => [label, keep(label, secret)]));
    const { credentials = [], validityMonths } = args;
    const deployer = { principalId, principalType };
    // The role for creating certificates does not include signing, and the reverse: they are two roles.
    const makers = credentials.some(({ kind }) => kind === "certificate")
      ? [assign("certificates-officer", roleIds.certificatesOfficer, deployer, { ignoreChanges })]
      : [];
    const made = { ...choice, credentials, validityMonths };
    this.certificates = createClientCertificates(name, made, { parent: this, dependsOn: makers });
    const [newest] = this.certificates.values();
    if (newest !== undefined) {
      // On the key of all its versions: a rotation needs no new assignment.
      const { certificateName: key } = newest;
      assign("signer", roleIds.cryptoUser, deployer, { key, ignoreChanges });
      for (const reader of args.readers ?? [])
        assign(`signer-${reader.principalId}`, roleIds.cryptoUser, { ...reader }, { key });
    }
    this.registerOutputs({ uri: this.uri });
  }

  #createVault(name: string, args: TokenVaultArgs) {
    const protect = args.protect ?? protectStack;
    const { location, found } = args;
    const choice = { cloud: args.cloud, endpoints: args.endpoints ?? {} };
    const resourceGroupName = this.#group(name, args, protect);
    const { subscriptionId } = authorization.getClientConfigOutput({ parent: this });
    const { createMode } = new VaultCreateMode(
      name,
      { ...choice, subscriptionId, location, vaultName: args.name, keyVaultVersion },
      { parent: this },
    );
    const rules = { networkAcls: networkAcls(args.networkRules) };
    const vault = new Vault(
      name,
      {
        ...{ vaultName: args.name, resourceGroupName, location, tenantId: args.tenantId },
        softDeleteRetentionInDays: args.retentionDays ?? retentionDays.default,
        createMode: found === undefined ? createMode : modeFor(found),
        ...rules,
      },
      { parent: this, protect },
    );
    const { diagnostics } = args;
    const recovered =
      found?.state === "deleted"
        ? [
            new VaultRules(
              name,
              {
                ...{ ...choice, vaultId: vault.id, enableRbacAuthorization: true, ...rules },
                ...(diagnostics !== undefined && { removesDiagnostics: true }),
              },
              { parent: this },
            ),
          ]
        : [];
    if (diagnostics !== undefined) {
      new DiagnosticSetting(
        name,
        {
          ...{ name: diagnosticsName, resourceUri: vault.id, [destinationKind(diagnostics).property]: diagnostics },
          logs: [{ categoryGroup: auditGroup, enabled: true }],
        },
        // Never deletedWith the vault: it would stay, and be there again with the vault that comes back.
        { parent: this, dependsOn: recovered },
      );
    }
    return { vault, subscriptionId };
  }

  #group(name: string, { resourceGroupName, location, createResourceGroup }: TokenVaultArgs, protect: boolean) {
    if (createResourceGroup === false) return resourceGroupName;
    return new resources.ResourceGroup(name, { resourceGroupName, location }, { parent: this, protect }).name;
  }
}

/** Recovery is requested only while there is something to recover: Azure refuses it for a live vault. */
const modeFor = ({ state }: FoundVault): "default" | "recover" => (state === "deleted" ? "recover" : "default");

/** In the preview of a vault that changes its URI is unknown to azure-native: what depends on it, the consent too, would show as replaced. */
const uriOf = ({ urn, properties }: Vault, found: FoundVault | undefined): pulumi.Output<string> =>
  found?.uri === undefined ? properties.vaultUri : pulumi.all([urn, found.uri]).apply(([, uri]) => uri);

/**
 * Finds out how the vault must be created: a deletion is a soft delete and its name stays taken, so the next `pulumi up` must recover it.
 * No provider has this information; this resource looks it up when the stack has no vault and with each refresh.
 */
export class VaultCreateMode extends DynamicResource {
  declare readonly createMode: pulumi.Output<"default" | "recover">;

  constructor(name: string, inputs: pulumi.Inputs, opts?: pulumi.CustomResourceOptions) {
    super("VaultCreateMode", "vault-create-mode-provider", name, inputs, ["createMode"], opts);
  }
}

/** @param key its name; undefined: the role is on the whole vault */
type Assignment = pulumi.CustomResourceOptions & { key?: pulumi.Output<string> };

/** Without its type an assignment fails until the principal is replicated. */
type Principal = Record<"principalId" | "principalType", pulumi.Input<string>>;

function networkAcls(rules: TokenVaultArgs["networkRules"]) {
  if (rules === undefined) return { bypass: "None", defaultAction: "Allow" };
  return { bypass: "None", defaultAction: "Deny", ipRules: rules.ipRules.map((value) => ({ value })) };
}
