/** The local azure-native plugin, signed in to an embedded cloud. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { createEmulator, type Emulator } from "../../emulator/emulator";
import type { Subscription } from "../../emulator/context";
import { azureNativePlugin } from "../../providers/azure-native/plugin";
import type { ResourceManager } from "../../providers/azure-native/resource-manager";
import type { Values } from "../../providers/base/values";
import { versionOf } from "../../testing/azure";
import { askAs, cloudOf } from "../../testing/callers";
import { open, type PluginClient, type Method, type Request } from "./plugin-client";

const urn = (type: string): string => `urn:pulumi:dev::p::azure-native:${type}::x`;

export const urns = {
  group: urn("resources:ResourceGroup"),
  vault: urn("keyvault:Vault"),
  secret: urn("keyvault:Secret"),
  newVault: urn("keyvault/v20260201:Vault"),
  newSecret: urn("keyvault/v20260201:Secret"),
  newKey: urn("keyvault/v20260201:Key"),
  assignment: urn("authorization:RoleAssignment"),
  diagnostics: urn("monitor:DiagnosticSetting"),
  unknown: urn("network:VirtualNetwork"),
};

/** Marks a value as secret on the wire. */
export const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };

export class EmbeddedAzure {
  private readonly trusted = getCACertificates("default");
  private client: PluginClient | undefined;

  private constructor(
    private readonly directory: string,
    private readonly emulator: Emulator,
  ) {}

  static async start(): Promise<EmbeddedAzure> {
    const directory = await mkdtemp(path.join(tmpdir(), "azure-native-"));
    // The plugin's default version of Key Vault's API is served until 2027-02-27.
    const emulator = await createEmulator({ directory, roleAssignmentDelay: 0, date: Date.parse("2026-12-01") });
    const azure = new EmbeddedAzure(directory, emulator);
    setDefaultCACertificates([...azure.trusted, await readFile(emulator.caFile, "utf8")]);
    return azure;
  }

  async stop(): Promise<void> {
    this.client?.close();
    setDefaultCACertificates(this.trusted);
    await this.emulator.close();
    await rm(this.directory, { recursive: true });
  }

  /** A fresh cloud and a fresh plugin process. */
  async reset(): Promise<void> {
    this.client?.close();
    this.emulator.reset();
    const sleep = (milliseconds: number) => {
      this.emulator.clock.advance(milliseconds);
      return Promise.resolve();
    };
    this.client = await open<ResourceManager>(azureNativePlugin({ environment: {}, sleep }));
    await this.call("Configure", { args: this.settings });
  }

  call(method: Method, request: Request = {}): Promise<Values> {
    if (this.client === undefined) throw new Error("reset() comes first");
    return this.client.call(method, request);
  }

  get seeds(): Emulator["seeds"] {
    return this.emulator.seeds;
  }

  get settings(): Values {
    const { partner, deployer, subscription } = this.seeds;
    const { clientId, clientSecret } = deployer;
    const metadataHost = new URL(this.emulator.url).host;
    return { metadataHost, tenantId: partner.id, clientId, clientSecret, subscriptionId: subscription.id };
  }

  /** Id of the resource group of the inputs below. */
  get groupId(): string {
    return `/subscriptions/${this.seeds.subscription.id}/resourceGroups/rg`;
  }

  get vaultId(): string {
    return `${this.groupId}/providers/Microsoft.KeyVault/vaults/kv-local`;
  }

  readonly groupInputs: Values = { resourceGroupName: "rg", location: "West Europe" };

  vaultInputs(more: Values = {}): Values {
    const properties = {
      tenantId: this.seeds.partner.id,
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

  createVault(more: Values = {}): Promise<Values> {
    return this.call("Create", { urn: urns.vault, properties: this.vaultInputs(more) });
  }

  get subscription(): Subscription {
    const { partner, subscription } = this.seeds;
    const found = cloudOf(this.emulator).tenants.get(partner.id)?.subscriptions.get(subscription.id);
    if (found === undefined) throw new Error("The emulator lacks the partner's subscription.");
    return found;
  }

  /** With an administrator's rights. */
  async resourceManager(method: string, id: string, body?: object): Promise<void> {
    const ask = await askAs(this.emulator, this.emulator.origins.resourceManager);
    const { status } = await ask(method, `${id}?api-version=${versionOf(id)}`, body);
    if (status >= 300) throw new Error(`Resource Manager answered ${status} to ${method} ${id}`);
  }

  /** A Log Analytics workspace. @returns its id */
  async createWorkspace(name = "audit"): Promise<string> {
    const id = `${this.groupId}/providers/Microsoft.OperationalInsights/workspaces/${name}`;
    await this.resourceManager("PUT", id, { location: "westeurope" });
    return id;
  }

  /** Makes the deployer Secrets Officer of the vault. */
  async mayUseSecrets(): Promise<void> {
    await this.assign("3f5b1d0e-6b4c-4f5a-9d3e-2a1b0c9d8e7f", "b86a8fe4-44ce-4948-aee5-eccb2c155cd7");
  }

  /** A role assignment that the plugin created. */
  async assignReader(): Promise<{ id: string; inputs: Record<string, string> }> {
    const roleAssignmentName = "0f5b1d0e-6b4c-4f5a-9d3e-2a1b0c9d8e7f";
    const inputs = {
      roleAssignmentName,
      scope: this.vaultId,
      principalId: this.seeds.deployer.servicePrincipalId,
      principalType: "ServicePrincipal",
      roleDefinitionId: this.roleDefinition("4633458b-17de-408a-b874-0445c86b69e6"),
    };
    const { id } = await this.call("Create", { urn: urns.assignment, properties: inputs });
    return { id: id as string, inputs };
  }

  private async assign(name: string, role: string): Promise<void> {
    const principalId = this.seeds.deployer.servicePrincipalId;
    const properties = { principalId, principalType: "ServicePrincipal", roleDefinitionId: this.roleDefinition(role) };
    await this.resourceManager("PUT", `${this.vaultId}/providers/Microsoft.Authorization/roleAssignments/${name}`, {
      properties,
    });
  }

  private roleDefinition(role: string): string {
    return `/subscriptions/${this.seeds.subscription.id}/providers/Microsoft.Authorization/roleDefinitions/${role}`;
  }

  async deleteSecret(name: string): Promise<void> {
    await this.inVault("DELETE", `/secrets/${name}`);
  }

  async disableSecret(name: string): Promise<void> {
    const [newest] = ((await this.inVault("GET", `/secrets/${name}/versions`)) as { value: { id: string }[] }).value;
    const path = new URL(newest?.id ?? "").pathname;
    await this.inVault("PATCH", path, { attributes: { enabled: false } });
  }

  async versionsOf(name: string): Promise<number> {
    return ((await this.inVault("GET", `/secrets/${name}/versions`)) as { value: object[] }).value.length;
  }

  /** The vault's data plane, as the deployer. */
  private async inVault(method: string, path: string, body?: object): Promise<unknown> {
    const origin = cloudOf(this.emulator).vaultOrigins.get("kv-local") ?? "";
    const ask = await askAs(this.emulator, origin);
    const answer = await ask(method, `${path}?api-version=7.4`, body);
    if (answer.status >= 300) throw new Error(`The vault answered ${answer.status} to ${method} ${path}`);
    return answer.body;
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
