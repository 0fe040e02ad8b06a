/** The local azure-native plugin, signed in to an embedded cloud. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { createEmulator, type Emulator } from "../../../embedded-cloud/emulator/emulator";
import { azureNativePlugin } from "../../../embedded-cloud/providers/azure-native/plugin";
import type { ResourceManager } from "../../../embedded-cloud/providers/azure-native/resource-manager";
import type { Values } from "../../../embedded-cloud/providers/base/values";
import { open, type Door, type Method, type Request } from "./plugin-door";

const urn = (type: string): string => `urn:pulumi:dev::p::azure-native:${type}::x`;

export const urns = {
  group: urn("resources:ResourceGroup"),
  vault: urn("keyvault:Vault"),
  secret: urn("keyvault:Secret"),
  assignment: urn("authorization:RoleAssignment"),
  unknown: urn("storage:StorageAccount"),
};

/** Marks a value as secret on the wire. */
export const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };

export class EmbeddedAzure {
  private readonly trusted = getCACertificates("default");
  private door: Door | undefined;

  private constructor(
    private readonly directory: string,
    private readonly emulator: Emulator,
  ) {}

  static async start(): Promise<EmbeddedAzure> {
    const directory = await mkdtemp(path.join(tmpdir(), "azure-native-"));
    const emulator = await createEmulator({ directory, roleAssignmentDelay: 0 });
    const azure = new EmbeddedAzure(directory, emulator);
    setDefaultCACertificates([...azure.trusted, await readFile(emulator.caFile, "utf8")]);
    return azure;
  }

  async stop(): Promise<void> {
    this.door?.close();
    setDefaultCACertificates(this.trusted);
    await this.emulator.close();
    await rm(this.directory, { recursive: true });
  }

  /** A fresh cloud and a fresh plugin process. */
  async reset(): Promise<void> {
    this.door?.close();
    this.emulator.reset();
    this.door = await open<ResourceManager>(azureNativePlugin({ environment: {}, sleep: () => Promise.resolve() }));
    await this.call("Configure", { args: this.settings });
  }

  call(method: Method, request: Request = {}): Promise<Values> {
    if (this.door === undefined) throw new Error("reset() comes first");
    return this.door.call(method, request);
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

  /** What the plugin asked of Resource Manager since the last look: method and path. */
  asked(): string[] {
    const all = this.emulator.requests.entries();
    this.emulator.requests.clear();
    return all.filter(({ service }) => service === "resourceManager").map((one) => `${one.method} ${one.path}`);
  }
}
