import * as resources from "@pulumi/azure-native/resources";
import * as storage from "@pulumi/azure-native/storage";
import * as pulumi from "@pulumi/pulumi";
import type { StatePlace } from "../lib/ci-identities/state";
import type { CloudChoice } from "../lib/config/clouds";
import { protectStack } from "../lib/config/limits";
import { DynamicResource } from "./dynamic-resource";
import { assignRole, deployerOf, ofFirstDeployer } from "./role-assignment";
import { Vault } from "./vault";

export interface CiStateArgs extends StatePlace, CloudChoice {
  location: string;
  /** Whether its vault is soft-deleted, so that it is recovered, with its key. Default false. */
  recovers?: boolean;
  /** GUID. */
  tenantId: string;
  /** Whether `pulumi destroy` refuses to delete any of it. Default true. */
  protect?: boolean;
}

/** Days in which a deleted blob can be restored: only a stack's state has the list of its resources. */
const retention = { enabled: true, days: 30 };
/** Fixed once the vault exists. */
const softDeleteRetentionInDays = 90;

/**
 * The storage of the stacks' state, with every version retained, and the key that encrypts the secrets in it.
 * Only Entra tokens open it. Whoever runs the first `up` may use both; the identities get their own roles.
 */
export class CiState extends pulumi.ComponentResource {
  constructor(name: string, args: CiStateArgs, opts?: pulumi.ComponentResourceOptions) {
    super("secure-application-model:index:CiState", name, {}, opts);
    const { location, protect = protectStack, account, container: containerName } = args;
    const kept = { parent: this, protect };
    const group = new resources.ResourceGroup(name, { resourceGroupName: args.resourceGroupName, location }, kept);
    const resourceGroupName = group.name;
    const made = new storage.StorageAccount(
      name,
      {
        accountName: account,
        resourceGroupName,
        location,
        kind: storage.Kind.StorageV2,
        sku: { name: storage.SkuName.Standard_LRS },
        minimumTlsVersion: storage.MinimumTlsVersion.TLS1_2,
        enableHttpsTrafficOnly: true,
        allowBlobPublicAccess: false,
        allowSharedKeyAccess: false,
        allowCrossTenantReplication: false,
      },
      kept,
    );
    const inAccount = { accountName: made.name, resourceGroupName };
    new storage.BlobServiceProperties(
      name,
      {
        ...inAccount,
        blobServicesName: "default",
        isVersioningEnabled: true,
        deleteRetentionPolicy: retention,
        containerDeleteRetentionPolicy: retention,
      },
      { parent: this, deletedWith: made },
    );
    const described = { ...inAccount, containerName, publicAccess: storage.PublicAccess.None };
    const container = new storage.BlobContainer(name, described, kept);
    const key = this.#keep(name, args, resourceGroupName);
    // A role on the subscription does not include access to a container or the use of a key.
    const [deployer, options] = [deployerOf(this), { parent: this, ...ofFirstDeployer }];
    assignRole(`${name}-container`, "blobContributor", container.id, deployer, args.subscriptionId, options);
    assignRole(`${name}-key`, "cryptoUser", key.id, deployer, args.subscriptionId, options);
    this.registerOutputs();
  }

  /** The key is never deleted with the stack: everything encrypted with it would be lost. */
  #keep(name: string, args: CiStateArgs, resourceGroupName: pulumi.Output<string>): VaultKey {
    const { cloud, endpoints, location, tenantId, protect = protectStack, subscriptionId } = args;
    const { vault: vaultName, key: keyName } = args;
    const mode = args.recovers === true ? { createMode: "recover" as const } : {};
    const kept = { parent: this, protect };
    const vault = new Vault(
      name,
      { vaultName, resourceGroupName, location, tenantId, softDeleteRetentionInDays, ...mode },
      kept,
    );
    const place = { cloud, endpoints, subscriptionId, resourceGroupName, vaultName: vault.name, keyName };
    const properties = { kty: "RSA", keySize: 3072, keyOps: ["wrapKey", "unwrapKey", "encrypt", "decrypt"] };
    return new VaultKey(name, { ...place, properties }, kept);
  }
}

/**
 * Created through Resource Manager, and never deleted. azure-native's own resource has an API version that
 * Azure stops serving (docs/decisions/0022-one-version-of-key-vault.md).
 */
export class VaultKey extends DynamicResource {
  constructor(name: string, inputs: pulumi.Inputs, opts: pulumi.CustomResourceOptions) {
    const own = { replaceOnChanges: ["resourceGroupName", "vaultName", "keyName"], retainOnDelete: true };
    super("VaultKey", name, { inputs, own }, opts);
  }
}
