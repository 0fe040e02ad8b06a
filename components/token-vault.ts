import * as azuread from "@pulumi/azuread";
import * as authorization from "@pulumi/azure-native/authorization";
import * as keyvault from "@pulumi/azure-native/keyvault";
import * as resources from "@pulumi/azure-native/resources";
import * as pulumi from "@pulumi/pulumi";
import type { CloudChoice } from "../config/clouds";
import { protectVault, retentionDays } from "../config/limits";
import type { CreatedSecret } from "./client-secrets";
import { DynamicResource } from "./dynamic-resource";
import { clientSecretContentType, guidOf, vaultSecretNameOf } from "./naming";

/** Built-in roles of Key Vault's data plane; the same ids in every cloud. */
const roles = {
  secretsOfficer: "b86a8fe4-44ce-4948-aee5-eccb2c155cd7",
  secretsUser: "4633458b-17de-408a-b874-0445c86b69e6",
};

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
  /** Days a deleted vault can be recovered: 7 to 90, default 90. Fixed once the vault exists. */
  retentionDays?: number;
  /** Whether `pulumi destroy` refuses to delete group and vault. Default true. */
  protect?: boolean;
  /** IPv4 addresses or CIDR ranges that may reach the vault; default: no restriction. */
  networkRules?: { ipRules: string[] };
  /** Principals that may read the secrets, beside the deployer. Default none. */
  readers?: VaultReader[];
  /** The client secrets to keep, by label. */
  clientSecrets: ReadonlyMap<string, CreatedSecret>;
}

/**
 * The Key Vault that holds the tokens and the client secret: role-based access, soft delete and purge protection, which cannot be
 * taken back. The deployer of the first run becomes Secrets Officer; later deployers need the role from somebody.
 */
export class TokenVault extends pulumi.ComponentResource {
  /** https://<name>.<suffix>/ */
  readonly uri: pulumi.Output<string>;
  /** Names of the client secrets' vault secrets, by label. */
  readonly clientSecretNames: ReadonlyMap<string, pulumi.Output<string>>;

  constructor(name: string, args: TokenVaultArgs, opts?: pulumi.ComponentResourceOptions) {
    super("secure-application-model:index:TokenVault", name, {}, opts);
    const { group, vault, subscriptionId } = this.#createVault(name, args);
    const assign = (suffix: string, role: string, principal: Principal, options?: pulumi.CustomResourceOptions) =>
      new authorization.RoleAssignment(
        `${name}-${suffix}`,
        {
          scope: vault.id,
          roleDefinitionId: pulumi.interpolate`/subscriptions/${subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${role}`,
          roleAssignmentName: pulumi
            .all([subscriptionId, principal.principalId])
            .apply(([subscription, id]) => guidOf(subscription, args.name, role, id)),
          ...principal,
        },
        { parent: this, ...options },
      );
    const principalId = azuread.getClientConfigOutput({ parent: this }).objectId;
    const { type: principalType } = azuread.getDirectoryObjectOutput({ objectId: principalId }, { parent: this });
    // A laptop and CI are two deployers: the assignment must not change hands with every run.
    const ignoreChanges = ["principalId", "principalType", "roleAssignmentName"];
    assign("officer", roles.secretsOfficer, { principalId, principalType }, { ignoreChanges });
    for (const reader of args.readers ?? []) assign(`reader-${reader.principalId}`, roles.secretsUser, { ...reader });
    const keep = (label: string, secret: CreatedSecret) =>
      new keyvault.Secret(
        `${name}-${label}`,
        {
          resourceGroupName: group.name,
          vaultName: vault.name,
          secretName: vaultSecretNameOf(label, secret),
          properties: {
            value: secret.value,
            contentType: clientSecretContentType,
            attributes: { expires: secret.endDate.apply((end) => Math.floor(Date.parse(end) / 1000)) },
          },
        },
        // The real plugin deletes vault secrets at the public cloud's host, whatever the cloud.
        { parent: this, retainOnDelete: true },
      ).name;
    this.clientSecretNames = new Map([...args.clientSecrets].map(([label, secret]) => [label, keep(label, secret)]));
    this.uri = vault.properties.vaultUri;
    this.registerOutputs({ uri: this.uri });
  }

  #createVault(name: string, args: TokenVaultArgs) {
    const protect = args.protect ?? protectVault;
    const { resourceGroupName, location } = args;
    const group = new resources.ResourceGroup(name, { resourceGroupName, location }, { parent: this, protect });
    const { subscriptionId } = authorization.getClientConfigOutput({ parent: this });
    const { createMode } = new VaultCreateMode(
      name,
      { cloud: args.cloud, endpoints: args.endpoints ?? {}, subscriptionId, location, vaultName: args.name },
      { parent: this },
    );
    const properties = {
      tenantId: args.tenantId,
      sku: { family: keyvault.SkuFamily.A, name: keyvault.SkuName.Standard },
      enableRbacAuthorization: true,
      enableSoftDelete: true,
      softDeleteRetentionInDays: args.retentionDays ?? retentionDays.default,
      enablePurgeProtection: true,
      createMode: createMode as pulumi.Output<keyvault.CreateMode>,
      networkAcls: networkAcls(args.networkRules),
    };
    const vault = new keyvault.Vault(
      name,
      { vaultName: args.name, resourceGroupName: group.name, location, properties },
      { parent: this, protect, ignoreChanges: ["properties.createMode"] },
    );
    return { group, vault, subscriptionId };
  }
}

/**
 * Finds out how the vault must be made: `pulumi destroy` soft-deletes it and its name stays taken, so the next `pulumi up` has to
 * recover it. No provider says whether it is there; this asks when the stack has no vault, and with each refresh.
 */
export class VaultCreateMode extends DynamicResource {
  declare readonly createMode: pulumi.Output<"default" | "recover">;

  constructor(name: string, inputs: pulumi.Inputs, opts?: pulumi.CustomResourceOptions) {
    super("VaultCreateMode", "vault-create-mode-provider", name, inputs, ["createMode"], opts);
  }
}

/** Without its type an assignment fails until the principal is replicated. */
type Principal = Record<"principalId" | "principalType", pulumi.Input<string>>;

function networkAcls(rules: TokenVaultArgs["networkRules"]) {
  if (rules === undefined) return { bypass: "None", defaultAction: "Allow" };
  return { bypass: "None", defaultAction: "Deny", ipRules: rules.ipRules.map((value) => ({ value })) };
}
