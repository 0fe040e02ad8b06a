/** The built command on an emulator with an application, a vault, and a token of the service account, without an engine. */
import type { ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import type { SecretClient } from "@azure/keyvault-secrets";
import type { User } from "../../../tools/embedded-cloud/testing/directory";
import type { Endpoints } from "../../../lib/config/clouds";
import {
  azureManagementPermission,
  consentForEverybody,
  modelPermissions,
  partnerTenant,
  registerApplication,
  type RegisteredApplication,
} from "../../../tools/embedded-cloud/testing/applications";
import {
  assign,
  createVault,
  resourceManagerOf,
  roleIds,
  vaultName,
  vaultPath,
} from "../../../tools/embedded-cloud/testing/azure";
import { asking } from "../../../tools/embedded-cloud/testing/callers";
import { type Emulator, startEmulator, type UserSeed } from "../../../tools/embedded-cloud/testing/emulator";
import { signedIn } from "../../../tools/embedded-cloud/testing/oauth";
import { vaultClient } from "../../../tools/embedded-cloud/testing/vault-client";

import { builtCommand, type Finished, startCommand } from "./built-command";
import { commandHere } from "./command-here";
import { ownEndpoints } from "../../support/own-endpoints";

/** The record of the application's credential. */
export const credentialName = "client-credential-1a2b3c4d";

/** Variables that Node.js reads when it starts, and the one by which it finds the programs that a command starts. */
const readAtStart = /^NODE_|^PATH$/u;

export class Stage {
  private constructor(
    readonly emulator: Emulator,
    readonly application: RegisteredApplication,
    readonly vaultUri: string,
    readonly vault: SecretClient,
  ) {}

  /** @param emulator one that is already running and reset; default a new one */
  static async start(emulator?: Emulator): Promise<Stage> {
    const cloud = emulator ?? (await startEmulator());
    const requiredResourceAccess = [...modelPermissions, azureManagementPermission];
    const application = registerApplication(cloud, { requiredResourceAccess });
    consentForEverybody(cloud, application.application);
    const ask = resourceManagerOf(cloud);
    const vaultUri = await createVault(cloud, ask);
    await assign(cloud, ask, vaultPath(cloud), roleIds.secretsOfficer);
    const stage = new Stage(cloud, application, vaultUri, vaultClient(cloud, vaultUri));
    await stage.storeCredential(1);
    return stage;
  }

  /** Stores a generation in the record, as a stack does. @param value default: the application's first client secret */
  async storeCredential(generation: number, days = 400, value = this.application.clientSecret): Promise<void> {
    await this.vault.setSecret(credentialName, value, {
      contentType: "application/x-oauth-client-secret",
      expiresOn: new Date(Date.now() + days * 86_400_000),
      tags: { generation: String(generation), "key-id": `key ${generation}` },
    });
  }

  get tenantId(): string {
    return this.emulator.seeds.partner.id;
  }

  get tokenName(): string {
    return `refresh-token-${this.tenantId}`;
  }

  tags(changes: Record<string, string> = {}): Record<string, string> {
    const { id, userPrincipalName } = this.emulator.seeds.users.serviceAccount;
    return {
      application: this.application.clientId,
      tenant: this.tenantId,
      cloud: "AzureCloud",
      account: id,
      "account-name": userPrincipalName,
      "consented-at": "2026-11-01T08:00:00.000Z",
      credential: credentialName,
      stack: "test",
      ...changes,
    };
  }

  async refreshToken(
    account: UserSeed = this.emulator.seeds.users.serviceAccount,
    application = this.application,
  ): Promise<string> {
    consentForEverybody(this.emulator, application.application);
    return String((await signedIn(this.emulator, application, { account }))["refresh_token"]);
  }

  async storeToken(
    options: { tags?: Record<string, string>; value?: string; expiresOn?: Date; name?: string } = {},
  ): Promise<string> {
    const value = options.value ?? (await this.refreshToken());
    const name = options.name ?? this.tokenName;
    // Times are in whole seconds: existing versions must be older.
    this.age(name, 10);
    await this.vault.setSecret(name, value, {
      contentType: "application/x-oauth-refresh-token",
      expiresOn: options.expiresOn ?? new Date(Date.now() + 90 * 86_400_000),
      tags: options.tags ?? this.tags(),
    });
    return value;
  }

  /** Stores tokens of further partners, which Entra redeems. @param age seconds */
  async addPartners(count: number, age = 0): Promise<void> {
    const { url, adminTokenFile } = this.emulator;
    const admin = asking(url, `Bearer ${readFileSync(adminTokenFile, "utf8").trim()}`);
    const { status } = await admin("POST", `/_admin/vaults/${vaultName}/partners`, {
      ...{ count, age, application: this.application.clientId, redeemable: true },
      tags: this.tags({ tenant: "{tenant}", account: "{account}", "account-name": "{accountName}" }),
    });
    if (status !== 201) throw new Error(`The emulator answered ${status}.`);
  }

  /** Versions of a secret, newest first: whether each is enabled. */
  async enabled(name = this.tokenName): Promise<boolean[]> {
    const found: { on: number; enabled: boolean }[] = [];
    for await (const { createdOn, enabled } of this.vault.listPropertiesOfSecretVersions(name)) {
      found.push({ on: createdOn?.getTime() ?? 0, enabled: enabled ?? false });
    }
    return found.sort((a, b) => b.on - a.on).map((one) => one.enabled);
  }

  disableOlder(): void {
    for (const version of this.#versions(this.tokenName).slice(0, -1)) version.enabled = false;
  }

  #versions(name: string) {
    const { subscription } = this.emulator.seeds;
    const vault = partnerTenant(this.emulator).subscriptions.get(subscription.id)?.vaults.get(vaultName);
    return vault?.secrets.get(name)?.versions ?? [];
  }

  age(name: string, seconds: number): void {
    for (const version of this.#versions(name)) {
      version.created -= seconds;
      version.updated -= seconds;
    }
  }

  endpoints(): Required<Endpoints> {
    const { authority, partnerCenter, microsoftGraph, resourceManager, azureAdGraph } = this.emulator.origins;
    return ownEndpoints({ authority, partnerCenter, microsoftGraph, resourceManager, azureAdGraph });
  }

  environment(changes: Record<string, string> = {}): NodeJS.ProcessEnv {
    const { deployer } = this.emulator.seeds;
    return {
      NODE_EXTRA_CA_CERTS: this.emulator.caFile,
      ARM_TENANT_ID: this.tenantId,
      ARM_CLIENT_ID: deployer.clientId,
      ARM_CLIENT_SECRET: deployer.clientSecret,
      SECURE_APP_MODEL_CLOUD: "AzureCloud",
      SECURE_APP_MODEL_VAULT: this.vaultUri,
      SECURE_APP_MODEL_ENDPOINTS: JSON.stringify(this.endpoints()),
      // No browser is opened.
      BROWSER: "true",
      ...changes,
    };
  }

  /** Starts the command; its standard input stays open. @param input a descriptor to read from; default a new pipe */
  spawn(argv: string[], environment: Record<string, string> = {}, input: number | "pipe" = "pipe"): ChildProcess {
    return startCommand(argv, this.environment(environment), input);
  }

  async run(argv: string[], environment: Record<string, string> = {}, input = ""): Promise<Finished> {
    const run = Object.keys(environment).some((name) => readAtStart.test(name)) ? builtCommand : commandHere;
    return await run(argv, input, this.environment(environment));
  }

  serviceAccount(): User {
    const user = partnerTenant(this.emulator).users.get(this.emulator.seeds.users.serviceAccount.id);
    if (user === undefined) throw new Error("The seeds have no service account.");
    return user;
  }
}

/** For a file of tests: one emulator, reset and with a new stage before each test. */
export function stageForEach(use: (stage: Stage) => void | Promise<void>): void {
  let emulator: Emulator | undefined;
  beforeEach(async () => {
    emulator?.reset();
    const stage = await Stage.start(emulator);
    emulator = stage.emulator;
    await use(stage);
  });
  afterAll(() => emulator?.close());
}
