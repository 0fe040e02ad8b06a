/** One Key Vault's secrets. Their list gives the versions' states; nothing is ever deleted or purged. */
import {
  type PagedAsyncIterableIterator,
  SecretClient,
  type SecretProperties,
  type SetSecretOptions,
} from "@azure/keyvault-secrets";
import type { TokenCredential } from "@azure/identity";
import * as v from "valibot";
import { type Cloud, vaultOriginIn } from "../config/clouds";
import { azureCredential } from "../azure/credential";
import { retry } from "../azure/retry";
import { oneLine } from "../errors/harmless";
import { holdSecret } from "../errors/secrets";
import { httpClient, isLoopback } from "../http/client";
import { countPages } from "../http/limits";
import { longRetries, policiesOf, withoutRepeats } from "../http/policies";
import { staysAt } from "../http/same-origin";
import { now } from "../startup/clock";
import { Certificates } from "./certificates";
import { earlySignIn, firstAlone } from "./challenge";
import { DataPlane } from "./data-plane";
import { asVaultError, isRefusalWithoutReason, keepsOut, absent, refusalsWithBody, VaultError } from "./vault-error";

/** The properties of a secret's version without its value. */
export interface SecretVersion {
  version: string;
  enabled: boolean;
  /** Full seconds. */
  createdOn: Date;
  /** Full seconds: when it was last enabled, disabled or described. */
  updatedOn: Date;
  expiresOn: Date | undefined;
  /** "" if it has none. */
  contentType: string;
  tags: Readonly<Record<string, string>>;
}

/** A secret in the list of all: its newest version, without an id (Key Vault REST, "Get Secrets"). */
export interface ListedSecret extends Omit<SecretVersion, "version"> {
  name: string;
}

/** The tags and content type of a version. A change replaces all tags, or the content type. */
export interface Marks {
  contentType: string;
  tags: Record<string, string>;
}

export interface NewSecret extends Marks, Pick<SetSecretOptions, "expiresOn" | "enabled"> {
  value: string;
}

export class Vault {
  readonly #client: SecretClient;
  /** The vault's origin. */
  readonly uri: string;
  readonly certificates: Certificates;

  /** @param credential default: this process's own @throws Failure when the vault is not in the cloud */
  constructor(cloud: Cloud, vaultUri: string, credential: TokenCredential = azureCredential(cloud)) {
    this.uri = vaultOriginIn(cloud, vaultUri);
    const { begin, judge } = earlySignIn(cloud, this.uri, credential);
    const policies = [firstAlone(begin), staysAt(this.uri), ...policiesOf(longRetries), refusalsWithBody];
    // A loopback vault has no name to compare with its challenge; every other vault has.
    this.#client = new SecretClient(this.uri, credential, {
      ...withoutRepeats,
      httpClient,
      additionalPolicies: [
        ...policies.map((policy) => ({ policy, position: "perCall" as const })),
        { policy: judge, position: "perRetry" },
      ],
      disableChallengeResourceVerification: isLoopback(this.uri),
    });
    this.certificates = new Certificates(new DataPlane(this.uri, credential));
  }

  /** All versions, newest first; an empty list when there is no such secret, or it is soft-deleted. */
  async listVersions(name: string): Promise<SecretVersion[]> {
    const pages = this.#client.listPropertiesOfSecretVersions(name);
    const what = `versions of secret ${name} in ${this.uri}`;
    const listed = (await this.#list(what, name, pages).catch(absent)) ?? [];
    const versions = listed.map((one) => ({ version: one.version ?? "", ...metadataOf(what, one) }));
    return versions.sort((a, b) => b.createdOn.getTime() - a.createdOn.getTime());
  }

  /** All secrets, 25 a request. @param like a prefix of names: a get with it shows why a list is refused */
  async *secrets(like: string): AsyncGenerator<ListedSecret[]> {
    const what = `secrets of ${this.uri}`;
    const pages = this.#pages(what, like, this.#client.listPropertiesOfSecrets());
    for await (const page of pages) yield page.map((one) => ({ name: one.name, ...metadataOf(what, one) }));
  }

  /** The vault's secrets whose names start with a prefix. */
  async listed(prefix: string): Promise<ListedSecret[]> {
    const secrets: ListedSecret[] = [];
    for await (const page of this.secrets(prefix)) secrets.push(...page);
    return secrets.filter(({ name }) => name.startsWith(prefix));
  }

  /** Whether a secret of this name is soft-deleted. */
  async isDeleted(name: string): Promise<boolean> {
    const what = `Looking for deleted secret ${name} in ${this.uri}`;
    const deleted = await attempt(what, this.#client.getDeletedSecret(name)).catch(absent);
    return deleted !== undefined;
  }

  /** Reads a version, default the newest. */
  async read(
    name: string,
    version?: string,
  ): Promise<{ value: string } & Pick<SecretVersion, "version" | "contentType" | "tags">> {
    const asked = this.#client.getSecret(name, version === undefined ? {} : { version });
    const { value: answered, properties } = await attempt(`Reading secret ${name} in ${this.uri}`, asked);
    // The client passes on null and numbers, too.
    const value = typeof answered === "string" ? answered : "";
    holdSecret(value);
    const { version: id = "", contentType = "" } = properties;
    return { value, version: id, contentType, tags: harmlessTags(properties.tags) };
  }

  /** Stores a new version, and recovers a soft-deleted secret first. @returns the new version's id */
  async store(name: string, secret: NewSecret): Promise<string> {
    const what = `Storing secret ${name} in ${this.uri}`;
    const { value, ...options } = secret;
    holdSecret(value);
    const waitsFor = `secret ${name} in ${this.uri} to be recovered`;
    const passes = ["deleted", "recovering"];
    const isRetryable = (error: unknown) => error instanceof VaultError && passes.includes(error.reason);
    let last: unknown;
    return await retry({ waitsFor, deadline: now() + recoveryWindow, isRetryable }, async () => {
      try {
        // The store itself waits until the secret is recovered. A repeated request is refused where the first one's
        // answer was lost.
        if (last instanceof VaultError && last.reason === "deleted")
          await attempt(what, this.#client.beginRecoverDeletedSecret(name)).catch(absent);
        const stored = await attempt(what, this.#client.setSecret(name, value, options));
        return stored.properties.version ?? "";
      } catch (error) {
        last = error;
        throw error;
      }
    });
  }

  /** Disables a version; its value does not change. @param change to replace its own; default: its own */
  async disable(name: string, version: string, change: Partial<Marks> = {}): Promise<void> {
    const what = `Disabling a version of secret ${name} in ${this.uri}`;
    await attempt(what, this.#client.updateSecretProperties(name, version, { enabled: false, ...change }));
  }

  /** Replaces a version's tags; nothing else of it changes. @returns whether it is enabled */
  async tag(name: string, version: string, tags: Record<string, string>): Promise<boolean> {
    const what = `Changing the tags of secret ${name} in ${this.uri}`;
    return (await attempt(what, this.#client.updateSecretProperties(name, version, { tags }))).enabled === true;
  }

  async #list<T>(what: string, name: string, entries: PagedAsyncIterableIterator<T, T[]>): Promise<T[]> {
    const all: T[] = [];
    for await (const page of this.#pages(what, name, entries)) all.push(...page);
    return all;
  }

  /** If a list is refused without a reason, the vault's refusal of a get contains it. */
  async *#pages<T>(what: string, name: string, entries: PagedAsyncIterableIterator<T, T[]>): AsyncGenerator<T[]> {
    const count = countPages(this.uri);
    const pages = entries.byPage();
    const next = async () => {
      const page = await pages.next();
      if (page.done !== true) count();
      return page;
    };
    for (;;) {
      const asked = next().catch(async (error: unknown) => {
        if (!isRefusalWithoutReason(error)) throw error;
        // Only a get's refusal by role or firewall explains the list's; "not found" does not.
        throw await this.#client.getSecret(name).then(
          () => error,
          (reason: unknown) => (keepsOut(reason) ? reason : error),
        );
      });
      const page = await attempt(`Listing the ${what}`, asked);
      if (page.done === true) return;
      yield page.value;
    }
  }
}

/** Attributes to check: the client converts any time to a date, and passes on everything else. */
const attributes = v.object({
  enabled: v.nullish(v.boolean(), false),
  createdOn: v.nullish(v.date(), new Date(0)),
  updatedOn: v.nullish(v.date(), new Date(0)),
  expiresOn: v.nullish(v.date()),
  contentType: v.fallback(v.string(), ""),
});

/** @throws VaultError for invalid attributes: an invalid time must not count as no expiry */
function metadataOf(what: string, listed: SecretProperties): Omit<SecretVersion, "version"> {
  const { success, output } = v.safeParse(attributes, listed);
  if (!success) throw asVaultError(`Listing the ${what}`, new TypeError());
  return { ...output, expiresOn: output.expiresOn ?? undefined, tags: harmlessTags(listed.tags) };
}

/** Tags as harmless lines: everyone who may write tags chooses their text, and the client passes on all types. */
const harmlessTags = (tags: object | null = {}): Record<string, string> =>
  Object.fromEntries(
    Object.entries(tags ?? {}).flatMap(([name, value]) => (typeof value === "string" ? [[name, oneLine(value)]] : [])),
  );

/** Milliseconds that the recovery of a soft-deleted secret may take. */
const recoveryWindow = 2 * 60_000;

/** @throws the vault's refusal as this project's error */
async function attempt<T>(what: string, asked: Promise<T>): Promise<T> {
  return await asked.catch((error: unknown) => {
    throw asVaultError(what, error);
  });
}
