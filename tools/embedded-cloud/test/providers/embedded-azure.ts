/** The local azure-native plugin, signed in to an embedded cloud. */
import type { Subscription } from "../../emulator/context";
import { seeds } from "../../emulator/seeds";
import { azureNativePlugin } from "../../providers/azure-native/plugin";
import type { ResourceManager } from "../../providers/azure-native/resource-manager";
import { fields, type Values } from "../../providers/base/values";
import { partnerTenant } from "../../testing/applications";
import { resourceManagerOf, roleIds, subscriptionPath } from "../../testing/azure";
import { emulatorForEach } from "../../testing/emulator";
import { open, type PluginClient, type Method, type Request } from "./plugin-client";

const urn = (type: string): string => `urn:pulumi:dev::p::azure-native:${type}::x`;

export const urns = {
  group: urn("resources:ResourceGroup"),
  vault: urn("keyvault/v20260201:Vault"),
  assignment: urn("authorization:RoleAssignment"),
  diagnostics: urn("monitor:DiagnosticSetting"),
  unknown: urn("network:VirtualNetwork"),
};

/** Marks a value as secret on the wire. */
export const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };

const definitions = `${subscriptionPath({ seeds })}/providers/Microsoft.Authorization/roleDefinitions`;

/** A fresh cloud and a fresh plugin for each test of a file. */
export class EmbeddedAzure {
  private readonly emulator = emulatorForEach(undefined, { date: Date.parse("2026-12-01") });
  private readonly ask = resourceManagerOf(this.emulator);
  private client: PluginClient | undefined;
  readonly seeds = seeds;
  /** Id of the resource group of the inputs below. */
  readonly groupId = `${subscriptionPath({ seeds })}/resourceGroups/rg`;
  readonly vaultId = `${this.groupId}/providers/Microsoft.KeyVault/vaults/kv-local`;

  constructor() {
    beforeEach(async () => {
      const sleep = (milliseconds: number) => {
        this.emulator.clock.advance(milliseconds);
        return Promise.resolve();
      };
      this.client = await open<ResourceManager>(azureNativePlugin({ environment: {}, sleep }));
      await this.call("Configure", { args: this.settings });
    });
    afterEach(() => this.client?.close());
  }

  call(method: Method, request: Request = {}): Promise<Values> {
    if (this.client === undefined) throw new Error("The plugin does not run before a test.");
    return this.client.call(method, request);
  }

  get settings(): Values {
    const { clientId, clientSecret } = seeds.deployer;
    const metadataHost = new URL(this.emulator.url).host;
    return { metadataHost, tenantId: seeds.partner.id, clientId, clientSecret, subscriptionId: seeds.subscription.id };
  }

  readonly groupInputs: Values = { resourceGroupName: "rg", location: "West Europe" };

  vaultInputs(more: Values = {}): Values {
    const properties = {
      tenantId: seeds.partner.id,
      sku: { family: "A", name: "standard" },
      enableRbacAuthorization: true,
      enablePurgeProtection: true,
      softDeleteRetentionInDays: 90,
      ...more,
    };
    return { resourceGroupName: "rg", vaultName: "kv-local", location: "West Europe", properties };
  }

  createGroup(): Promise<Values> {
    return this.call("Create", { urn: urns.group, properties: this.groupInputs });
  }

  /** @returns its state */
  async createVault(more: Values = {}): Promise<Values> {
    const { properties } = await this.call("Create", { urn: urns.vault, properties: this.vaultInputs(more) });
    return fields(properties);
  }

  /** A refresh of the vault. @returns its inputs' properties */
  async refreshVault(state: Values, inputs = this.vaultInputs()): Promise<Values> {
    const read = await this.call("Read", { urn: urns.vault, id: this.vaultId, properties: state, inputs });
    return fields(fields(read["inputs"])["properties"]);
  }

  get subscription(): Subscription {
    const found = partnerTenant(this.emulator).subscriptions.get(seeds.subscription.id);
    if (found === undefined) throw new Error("The emulator lacks the partner's subscription.");
    return found;
  }

  /** With an administrator's rights. */
  async resourceManager(method: string, id: string, body?: object): Promise<void> {
    const { status } = await this.ask(method, id, body);
    if (status >= 300) throw new Error(`Resource Manager answered ${status} to ${method} ${id}`);
  }

  /** A Log Analytics workspace. @returns its id */
  async createWorkspace(name = "audit"): Promise<string> {
    const id = `${this.groupId}/providers/Microsoft.OperationalInsights/workspaces/${name}`;
    await this.resourceManager("PUT", id, { location: "westeurope" });
    return id;
  }

  /** A role assignment that the plugin created. */
  async assignReader(): Promise<{ id: string; inputs: Record<string, string>; properties: Values }> {
    const inputs = {
      roleAssignmentName: "0f5b1d0e-6b4c-4f5a-9d3e-2a1b0c9d8e7f",
      scope: this.vaultId,
      principalId: seeds.deployer.servicePrincipalId,
      principalType: "ServicePrincipal",
      roleDefinitionId: `${definitions}/${roleIds.secretsUser}`,
    };
    const { id, properties } = await this.call("Create", { urn: urns.assignment, properties: inputs });
    return { id: id as string, inputs, properties: fields(properties) };
  }

  /** @param day YYYY-MM-DD: the plugin signs in anew */
  async dayIs(day: string): Promise<void> {
    this.emulator.clock.advance(Date.parse(day) - this.emulator.clock.now());
    await this.call("Configure", { args: this.settings });
  }

  /** The plugin's requests to Resource Manager since the last call: method and path. */
  asked(): string[] {
    const all = this.emulator.requests.entries();
    this.emulator.requests.clear();
    return all.filter(({ service }) => service === "resourceManager").map((one) => `${one.method} ${one.path}`);
  }
}
