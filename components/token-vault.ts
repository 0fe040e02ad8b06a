import * as authorization from "@pulumi/azure-native/authorization";
import { DiagnosticSetting } from "@pulumi/azure-native/monitor/diagnosticSetting";
import * as resources from "@pulumi/azure-native/resources";
import * as pulumi from "@pulumi/pulumi";
import { auditGroup, destinationKind, diagnosticsName } from "../lib/azure/diagnostics";
import type { LiveVault } from "../lib/azure/key-vault";
import type { RoleName } from "../lib/azure/roles";
import type { VaultArgs } from "../lib/config/model-args";
import type { CloudChoice } from "../lib/config/clouds";
import { protectStack, retentionDays } from "../lib/config/limits";
import { requireValidPart } from "./checked-args";
import { DynamicResource } from "./dynamic-resource";
import { type Certificates, createCertificates } from "./client-certificates";
import type { CredentialsArgs } from "./client-secrets";
import { assignRole, deployerOf, ofFirstDeployer, type Principal } from "./role-assignment";
import { Vault } from "./vault";

/** The other arguments are settings (docs/settings.md), with their defaults. */
export interface TokenVaultArgs extends CloudChoice, CredentialsArgs, VaultArgs {
  /** GUID. */
  tenantId: pulumi.Input<string>;
  /** The vault as Azure shows it, if it was looked up; without it a preview of a changed vault shows the consent as replaced. */
  found?: LiveVault;
  /** Whether `pulumi destroy` refuses to delete group and vault. Default true. */
  protect?: boolean;
}

/**
 * Role-based access, soft delete and purge protection, which cannot be disabled again. The first deployer
 * becomes Secrets Officer; somebody must assign the role to later ones.
 */
export class TokenVault extends pulumi.ComponentResource {
  /** https://<name>.<suffix>/ */
  readonly uri: pulumi.Output<string>;
  /** Not registered as outputs. */
  readonly certificates: Certificates;

  constructor(name: string, args: TokenVaultArgs, opts?: pulumi.ComponentResourceOptions) {
    requireValidPart(
      "TokenVault",
      name,
      { ...args },
      { names: ["cloud", "endpoints", "tenantId", "protect"], below: "vault" },
    );
    super("secure-application-model:index:TokenVault", name, {}, opts);
    const { vault, subscriptionId } = this.#createVault(name, args);
    this.uri = uriOf(vault, args.found);
    const assign = (
      suffix: string,
      role: RoleName,
      principal: Principal,
      options: pulumi.CustomResourceOptions = {},
      scope: pulumi.Input<string> = vault.id,
    ) => assignRole(`${name}-${suffix}`, role, scope, principal, subscriptionId, { parent: this, ...options });
    const { cloud, endpoints, readers = [], generations = [] } = args;
    const deployer = deployerOf(this);
    assign("officer", "secretsOfficer", deployer, ofFirstDeployer);
    for (const reader of readers) assign(`reader-${reader.principalId}`, "secretsUser", reader);
    // The role for creating certificates does not include signing, and the reverse: they are two roles.
    const makers = generations.some(({ kind }) => kind === "certificate")
      ? [assign("certificates-officer", "certificatesOfficer", deployer, ofFirstDeployer)]
      : [];
    const place = { cloud, endpoints, vaultUri: this.uri, awaitsRole: true };
    this.certificates = createCertificates(name, place, args, { parent: this, dependsOn: makers });
    const newest = [...this.certificates.values()].at(-1);
    if (newest !== undefined) {
      // The role is on the key of all versions: a rotation needs no new assignment.
      const key = pulumi.interpolate`${vault.id}/keys/${newest.certificateName}`;
      assign("signer", "cryptoUser", deployer, ofFirstDeployer, key);
      for (const reader of readers) assign(`signer-${reader.principalId}`, "cryptoUser", reader, {}, key);
    }
    this.registerOutputs({ uri: this.uri });
  }

  #createVault(name: string, args: TokenVaultArgs) {
    const { name: vaultName, location, tenantId, found, diagnostics, protect = protectStack } = args;
    const choice = { cloud: args.cloud, endpoints: args.endpoints };
    const resourceGroupName = this.#group(name, args, protect);
    const { subscriptionId } = authorization.getClientConfigOutput({ parent: this });
    const lookedUp = { ...choice, subscriptionId, location, vaultName };
    const { createMode } = new VaultCreateMode(name, lookedUp, { parent: this });
    const rules = { networkAcls: networkAcls(args.networkRules) };
    const vault = new Vault(
      name,
      {
        ...{ vaultName, resourceGroupName, location, tenantId },
        softDeleteRetentionInDays: args.retentionDays ?? retentionDays.default,
        createMode: found === undefined ? createMode : modeFor(found),
        ...rules,
      },
      { parent: this, protect },
    );
    const removesDiagnostics = diagnostics === undefined ? undefined : true;
    const applied = { ...choice, vaultId: vault.id, enableRbacAuthorization: true, ...rules, removesDiagnostics };
    const recovered = found?.state === "deleted" ? [new VaultRules(name, applied, { parent: this })] : [];
    if (diagnostics !== undefined) {
      const destination = { [destinationKind(diagnostics).property]: diagnostics };
      const logs = [{ categoryGroup: auditGroup, enabled: true }];
      new DiagnosticSetting(
        name,
        { name: diagnosticsName, resourceUri: vault.id, ...destination, logs },
        // Never deletedWith the vault: Azure would keep the setting, and a recovered vault would have it again.
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

/**
 * Recovery is requested only while there is something to recover: Azure refuses it for a live vault. `ignoreChanges` would keep the
 * former mode, and send the next change as a recovery.
 */
const modeFor = ({ state }: LiveVault): "default" | "recover" => (state === "deleted" ? "recover" : "default");

/** The vault's URI, which azure-native does not have in a preview of a change: the consent would show as replaced. */
const uriOf = ({ urn, properties }: Vault, found: LiveVault | undefined): pulumi.Output<string> =>
  found?.uri === undefined ? properties.vaultUri : pulumi.all([urn, found.uri]).apply(([, uri]) => uri);

/**
 * The rules of a vault that was just recovered: Azure ignores them in the request that recovers.
 * The stack's diagnostic setting is deleted there, too, because azure-native refuses to make one that came back with its vault.
 * Declared in that run alone; the next run removes the resource from the state, and changes nothing in Azure.
 */
class VaultRules extends DynamicResource {
  constructor(name: string, inputs: pulumi.Inputs, opts?: pulumi.CustomResourceOptions) {
    super("VaultRules", name, { inputs }, opts);
  }
}

/**
 * Whether the vault must be created or recovered: a deleted vault keeps its name; the next `pulumi up` recovers it.
 * The providers do not show this: it is looked up when the stack has no vault, and with each refresh.
 */
export class VaultCreateMode extends DynamicResource {
  declare readonly createMode: pulumi.Output<"default" | "recover">;

  constructor(name: string, inputs: pulumi.Inputs, opts?: pulumi.CustomResourceOptions) {
    super("VaultCreateMode", name, { inputs, outputs: ["createMode"] }, opts);
  }
}

function networkAcls(rules: TokenVaultArgs["networkRules"]) {
  if (rules === undefined) return { bypass: "None", defaultAction: "Allow" };
  return { bypass: "None", defaultAction: "Deny", ipRules: rules.ipRules.map((value) => ({ value })) };
}
