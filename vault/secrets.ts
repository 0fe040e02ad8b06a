/** One Key Vault's secrets, as this project uses them: versions are judged from their list, never deleted, never purged. */
import { setTimeout as sleep } from "node:timers/promises";
import { SecretClient } from "@azure/keyvault-secrets";
import type { TokenCredential } from "@azure/identity";
import { type Cloud, vaultOriginIn } from "../config/clouds";
import { clientOptions, steady } from "../http/policies";
import { azureCredential, isLoopback } from "../azure/credential";
import { asVaultError, isRefusalWithoutReason, VaultError } from "./vault-error";

/** What a vault tells about a version of a secret without its value. */
export interface SecretVersion {
  version: string;
  enabled: boolean;
  /** Full seconds. */
  createdOn: Date;
  expiresOn: Date | undefined;
  tags: Readonly<Record<string, string>>;
}

export interface NewSecret {
  value: string;
  contentType: string;
  expiresOn?: Date;
  tags: Record<string, string>;
  /** Default true. */
  enabled?: boolean;
}

export class Vault {
  readonly #client: SecretClient;
  /** The vault's origin. */
  readonly uri: string;

  /**
   * @param vaultUri must lie in the cloud
   * @throws Error when it does not
   */
  constructor(cloud: Cloud, vaultUri: string, credential: TokenCredential = azureCredential(cloud)) {
    this.uri = vaultOriginIn(cloud, vaultUri);
    // A loopback vault has no name that its challenge could be checked against; every other vault has.
    this.#client = new SecretClient(this.uri, credential, {
      ...clientOptions(steady),
      disableChallengeResourceVerification: isLoopback(this.uri),
    });
  }

  /** All versions, newest first; an empty list when there is no such secret, or it is soft-deleted. */
  async listVersions(name: string): Promise<SecretVersion[]> {
    const versions: SecretVersion[] = [];
    try {
      for await (const found of this.#client.listPropertiesOfSecretVersions(name)) {
        versions.push({
          version: found.version ?? "",
          enabled: found.enabled ?? false,
          createdOn: found.createdOn ?? new Date(0),
          expiresOn: found.expiresOn,
          tags: found.tags ?? {},
        });
      }
    } catch (error) {
      const failure = await this.#refusedList(`Listing the versions of secret ${name} in ${this.uri}`, error, name);
      if (failure instanceof VaultError && failure.reason === "not-found") return [];
      throw failure;
    }
    return versions.sort((a, b) => b.createdOn.getTime() - a.createdOn.getTime());
  }

  /** Names of the vault's secrets that start with a prefix. */
  async names(prefix: string): Promise<string[]> {
    const names: string[] = [];
    try {
      for await (const found of this.#client.listPropertiesOfSecrets()) {
        if (found.name.startsWith(prefix)) names.push(found.name);
      }
    } catch (error) {
      throw await this.#refusedList(`Listing the secrets of ${this.uri}`, error, prefix);
    }
    return names;
  }

  /** Whether a secret of this name is soft-deleted. */
  async isDeleted(name: string): Promise<boolean> {
    try {
      await this.#client.getDeletedSecret(name);
      return true;
    } catch (error) {
      const failure = asVaultError(`Looking for deleted secret ${name} in ${this.uri}`, error);
      if (failure instanceof VaultError && failure.reason === "not-found") return false;
      throw failure;
    }
  }

  /** The value of one version, or of the newest. */
  async read(name: string, version?: string): Promise<{ value: string; tags: Readonly<Record<string, string>> }> {
    try {
      const secret = await this.#client.getSecret(name, version === undefined ? {} : { version });
      return { value: secret.value ?? "", tags: secret.properties.tags ?? {} };
    } catch (error) {
      throw asVaultError(`Reading secret ${name} in ${this.uri}`, error);
    }
  }

  /**
   * Stores a new version; a soft-deleted secret of that name is recovered first.
   * @returns the new version's id
   */
  async store(name: string, secret: NewSecret): Promise<string> {
    const what = `Storing secret ${name} in ${this.uri}`;
    const { value, ...options } = secret;
    for (let attempt = 1; ; attempt++) {
      try {
        const stored = await this.#client.setSecret(name, value, options);
        return stored.properties.version ?? "";
      } catch (error) {
        const failure = asVaultError(what, error);
        if (!(failure instanceof VaultError) || attempt === recoveryAttempts) throw failure;
        if (failure.reason === "deleted") await this.#recover(name, what);
        else if (failure.reason === "recovering") await sleep(1000);
        else throw failure;
      }
    }
  }

  /** Switches a version off; its value stays where it is. */
  async disable(name: string, version: string): Promise<void> {
    try {
      await this.#client.updateSecretProperties(name, version, { enabled: false });
    } catch (error) {
      throw asVaultError(`Disabling an old version of secret ${name} in ${this.uri}`, error);
    }
  }

  /** Where a list was refused without a reason, the vault's answer to a get gives it. */
  async #refusedList(what: string, error: unknown, name: string): Promise<Error> {
    if (!isRefusalWithoutReason(error)) return asVaultError(what, error);
    try {
      await this.#client.getSecret(name);
      return asVaultError(what, error);
    } catch (reason) {
      return asVaultError(what, reason);
    }
  }

  async #recover(name: string, what: string): Promise<void> {
    try {
      const poller = await this.#client.beginRecoverDeletedSecret(name, { intervalInMs: 500 });
      await poller.pollUntilDone();
    } catch (error) {
      throw asVaultError(what, error);
    }
  }
}

const recoveryAttempts = 30;
