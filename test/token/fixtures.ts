/** Common data of the consent's tests: a target, versions of its secret, and a vault in memory. */
import type { Tokens } from "../../lib/oauth/refresh-token";
import { type Cloud, clouds, firstPartyApps } from "../../lib/config/clouds";
import { type Inventory, lookThrough } from "../../lib/token/inventory";
import { contentTypeOf, type TokenTags } from "../../lib/token/tags";
import type { ConsentTarget } from "../../lib/token/target";
import type { ListedSecret, Marks, NewSecret, SecretVersion, Vault } from "../../lib/vault/secrets";
import { VaultError } from "../../lib/vault/vault-error";
import { jwt, redemptionOf } from "../oauth/fake-entra";

const tenantId = "aaaaaaaa-1111-4222-8333-444444444444";

export const target: ConsentTarget = {
  cloud: clouds.AzureCloud,
  tenantId,
  clientId: "bbbbbbbb-1111-4222-8333-444444444444",
  vaultUri: "https://contoso.vault.azure.net",
  refreshTokenName: `refresh-token-${tenantId}`,
  credential: "client-credential-12345678",
  account: "svc@partner.example",
  permissions: [
    { resource: "Partner Center", resourceAppId: firstPartyApps.partnerCenter, scopes: ["user_impersonation"] },
  ],
  stack: "secure-application-model/dev",
};

export const tags: TokenTags = {
  application: target.clientId,
  tenant: tenantId,
  cloud: "AzureCloud",
  account: "cccccccc-1111-4222-8333-444444444444",
  "account-name": "svc@partner.example",
  "consented-at": "2026-11-01T08:00:00.000Z",
  credential: target.credential,
  stack: target.stack,
};

/** The claims of the account in the tags. */
export const claims = {
  tid: tenantId,
  aud: target.cloud.partnerCenter,
  oid: tags.account,
  upn: "svc@partner.example",
  amr: ["mfa"],
};

export function tokensWith(refreshToken: string, changes: object = {}): Tokens {
  const accessToken = jwt({ ...claims, ...changes });
  return { accessToken, expiresOn: new Date(), refreshToken, resource: claims.aud, scopes: ["user_impersonation"] };
}

/** Entra's response to a redemption. */
export const rolled = (changes: object = {}): { body: object } => redemptionOf(claims.aud, { ...claims, ...changes });

/** Stored by us, enabled, without an expiry. */
export function version(id: string, createdOn: string, changes: Partial<SecretVersion> = {}): SecretVersion {
  return {
    version: id,
    enabled: true,
    createdOn: new Date(createdOn),
    updatedOn: new Date(createdOn),
    expiresOn: undefined,
    contentType: contentTypeOf(undefined),
    tags: { ...tags },
    ...changes,
  };
}

/** A certificate's reference, as in the tag of a token. */
export const certificate = {
  name: "client-certificate-next-1a2b3c4d",
  version: "0123456789abcdef0123456789abcdef",
  reference: `certificate:client-certificate-next-1a2b3c4d/0123456789abcdef0123456789abcdef#${"t".repeat(43)}`,
} as const;

interface Kept {
  version: SecretVersion;
  secret: NewSecret;
}

/** The methods of Vault that the consent uses, in memory. Times are in whole seconds, as in Key Vault. */
export class MemoryVault {
  readonly uri = target.vaultUri;
  readonly kept = new Map<string, Kept[]>();
  deleted = false;
  readonly certificates = {
    /** Returns a fake signature, or fails like the vault's other calls. */
    sign: async (name: string, version: string): Promise<Buffer> => {
      await this.called(`sign with ${name}/${version}`);
      return Buffer.from("signature");
    },
  };
  /** Errors for the next calls, one each, before they have any effect. */
  readonly failures: Error[] = [];
  /** Names of the called methods with their subjects, in order. */
  readonly calls: string[] = [];

  constructor(...versions: SecretVersion[]) {
    const secret = { value: "", contentType: "", tags: {} };
    this.kept.set(
      target.refreshTokenName,
      versions.map((one) => ({ version: one, secret: { ...secret, value: `value of ${one.version}` } })),
    );
  }

  /** One that also has the client secret. */
  static withSecret(...versions: SecretVersion[]): MemoryVault {
    const vault = new MemoryVault(...versions);
    const secret = { value: "the secret", contentType: "text/plain", tags: {} };
    vault.kept.set(target.credential, [{ version: version("secret", "2026-10-01T00:00:00Z", { tags: {} }), secret }]);
    return vault;
  }

  /** Vault has private members, so that no other object is assignable to it. */
  get asVault(): Vault {
    return this as unknown as Vault;
  }

  /** Version → whether it is enabled. */
  get enabled(): Record<string, boolean> {
    const all = this.kept.get(target.refreshTokenName) ?? [];
    return Object.fromEntries(all.map(({ version }) => [version.version, version.enabled]));
  }

  async listVersions(name: string): Promise<SecretVersion[]> {
    await this.called(`list ${name}`);
    const versions = (this.kept.get(name) ?? []).map(({ version }) => version);
    return versions.sort((a, b) => b.createdOn.getTime() - a.createdOn.getTime());
  }

  async listed(prefix: string): Promise<ListedSecret[]> {
    await this.called(`listed ${prefix}`);
    return this.#pages()
      .flat()
      .filter(({ name }) => name.startsWith(prefix));
  }

  async *secrets(like: string): AsyncGenerator<ListedSecret[]> {
    await this.called(`secrets ${like}`);
    for (const [index, page] of this.#pages().entries()) {
      if (index > 0) await this.called("next page");
      yield page;
    }
  }

  /** Two a page, sorted by name; of each the version that was stored last. */
  #pages(): ListedSecret[][] {
    const all = [...this.kept.keys()].sort().flatMap((name) => {
      const newest = this.#find(name)?.version;
      return newest === undefined ? [] : [{ ...newest, name }];
    });
    return all.flatMap((_, from) => (from % 2 === 0 ? [all.slice(from, from + 2)] : []));
  }

  async isDeleted(name: string): Promise<boolean> {
    await this.called(`is deleted ${name}`);
    return this.deleted;
  }

  #find(name: string, version?: string): Kept | undefined {
    const all = this.kept.get(name) ?? [];
    return version === undefined ? all.at(-1) : all.find((one) => one.version.version === version);
  }

  async read(
    name: string,
    version?: string,
  ): Promise<{ value: string } & Pick<SecretVersion, "version" | "contentType" | "tags">> {
    await this.called(`read ${name}`);
    const found = this.#find(name, version);
    if (found === undefined) throw new VaultError("not-found", `There is no secret ${name}.`);
    if (!found.version.enabled) throw new VaultError("disabled", `Secret ${name} is disabled.`);
    const { version: id, contentType, tags: own } = found.version;
    return { value: found.secret.value, version: id, contentType, tags: own };
  }

  async store(name: string, secret: NewSecret): Promise<string> {
    await this.called(`store ${name}`);
    const all = this.kept.get(name) ?? [];
    const id = `stored-${all.length + 1}`;
    const createdOn = new Date(Math.floor(Date.now() / 1000) * 1000);
    const { enabled = true, expiresOn, contentType, tags: ownTags } = secret;
    all.push({
      version: { version: id, enabled, createdOn, updatedOn: createdOn, expiresOn, contentType, tags: ownTags },
      secret,
    });
    this.kept.set(name, all);
    return id;
  }

  async disable(name: string, version: string, change: Partial<Marks> = {}): Promise<void> {
    await this.called(`disable ${version}`);
    const found = this.#find(name, version);
    if (found !== undefined) found.version = { ...found.version, enabled: false, ...change };
  }

  async tag(name: string, version: string, given: Record<string, string>): Promise<boolean> {
    await this.called(`tag ${version}`);
    const found = this.#find(name, version);
    if (found !== undefined) found.version = { ...found.version, tags: given };
    return found?.version.enabled === true;
  }

  /** Every call of a vault is asynchronous, including refusals. */
  protected async called(what: string): Promise<void> {
    await Promise.resolve();
    this.calls.push(what);
    const failure = this.failures.shift();
    if (failure !== undefined) throw failure;
  }
}

/** Everything that {@link lookThrough} finds, by name. */
export async function takeInventory(cloud: Cloud, vault: Vault, tenantId?: string): Promise<Inventory> {
  const found = await Array.fromAsync(lookThrough(cloud, vault, tenantId));
  const tokens = found.flatMap((one) => ("token" in one ? [one.token] : []));
  const credentials = found.flatMap((one) => ("credential" in one ? [one.credential] : []));
  return { tokens: tokens.toSorted((one, other) => (one.name < other.name ? -1 : 1)), credentials };
}
