/** For programs: a credential of Azure's SDKs over the vault in which a partner's consent is stored. */
import { azureCredential } from "../azure/credential";
import { type Cloud, type CloudChoice, cloudOf, vaultOriginIn } from "../config/clouds";
import { isGuid } from "../config/limits";
import { Failure, sentence } from "../errors/failure";
import { AccessTokens } from "../oauth/access-tokens";
import type { Tokens } from "../oauth/refresh-token";
import { Vault } from "../vault/secrets";
import { ConsentRequiredError } from "./errors";
import { lastingRedeemerOf, type Redeem } from "./redeem";
import { readToken, tokenNames } from "./stored-token";
import { refreshTokenNameOf } from "./target";

/** An access token of Azure's SDKs, declared here so that a program without these SDKs needs no package of theirs. */
interface AccessToken {
  token: string;
  /** Milliseconds. */
  expiresOnTimestamp: number;
}
interface TokenCredential {
  getToken: (scopes: string | string[], options?: { tenantId?: string }) => Promise<AccessToken | null>;
}

export interface SecureAppModelCredentialOptions extends CloudChoice {
  /** As `https://contoso.vault.azure.net`. */
  vaultUri: string;
  /** GUID of the tenant that was consented in. Default: that of the vault's only token. */
  partnerTenantId?: string;
  /** GUID of the tenant that tokens are for, a customer's. Default: the partner's own. */
  tenantId?: string;
  /** Reads the vault. Default: a principal in ARM_* or AZURE_* variables, else what the machine has. */
  vaultCredential?: TokenCredential;
}

/**
 * Delegated tokens of the service account, for a single tenant. They are kept in memory until five minutes before
 * their end; the vault is read for the first token, and again after a failure.
 */
export class SecureAppModelCredential implements TokenCredential {
  // Private, so that no inspection of the object shows the vault's credential.
  readonly #options: SecureAppModelCredentialOptions;
  readonly #cloud: Cloud;
  readonly #vault: Vault;
  readonly #tokens: AccessTokens<Tokens>;
  #opened: Promise<{ home: string; redeem: Redeem }> | undefined;

  /** @throws Failure for a tenant that is no GUID, or a vault that is not in the cloud */
  constructor({ vaultCredential, ...options }: SecureAppModelCredentialOptions) {
    const { cloud, endpoints, vaultUri } = options;
    this.#options = { ...options, ...idsOf(options) };
    this.#cloud = cloudOf(cloud, endpoints);
    const origin = vaultOriginIn(this.#cloud, vaultUri);
    this.#vault = new Vault(this.#cloud, origin, vaultCredential ?? azureCredential(this.#cloud));
    this.#tokens = new AccessTokens((resource) => this.#redeem(resource));
  }

  /**
   * @param scopes one, `<resource>/.default` @param options of a tenant other than its own is refused
   * @throws ConsentRequiredError without a token; ForeignTokenError; VaultError; EntraError; Failure
   */
  async getToken(scopes: string | string[], options: { tenantId?: string } = {}): Promise<AccessToken> {
    const [scope = "", ...others] = [scopes].flat();
    const [, resource] = /^(.+)\/\.default$/u.exec(scope) ?? [];
    if (resource === undefined || others.length > 0)
      throw new Failure("credential-scope", `Name one scope <resource>/.default, not ${JSON.stringify(scopes)}.`);
    const { tenantId: wanted } = options;
    const tenantId = this.#options.tenantId ?? (await this.#open()).home;
    if (wanted !== undefined && wanted.toLowerCase() !== tenantId)
      throw new Failure(
        "credential-tenant",
        `A token in tenant ${wanted} was asked for, and this credential is for ${tenantId}.`,
      );
    const { accessToken, expiresOn } = await this.#tokens.of(resource);
    return { token: accessToken, expiresOnTimestamp: expiresOn.getTime() };
  }

  async #redeem(resource: string): Promise<Tokens> {
    const { redeem } = await this.#open();
    return await redeem(resource, this.#options.tenantId);
  }

  /** A failure is not kept. */
  async #open(): Promise<{ home: string; redeem: Redeem }> {
    this.#opened ??= this.#readVault();
    try {
      return await this.#opened;
    } catch (error) {
      this.#opened = undefined;
      throw error;
    }
  }

  async #readVault(): Promise<{ home: string; redeem: Redeem }> {
    const { partnerTenantId } = this.#options;
    const names = partnerTenantId === undefined ? await tokenNames(this.#vault) : [refreshTokenNameOf(partnerTenantId)];
    const [name, ...others] = names;
    const { uri } = this.#vault;
    if (name === undefined)
      throw new ConsentRequiredError(
        `There is no refresh token in ${uri}.`,
        sentence("Deploy the stack, which asks for the sign-in."),
      );
    if (others.length > 0)
      throw new Failure(
        "several-tokens",
        `${uri} holds several tokens.`,
        sentence("Name the tenant: partnerTenantId."),
      );
    const stored = await readToken(this.#cloud, this.#vault, name);
    const place = { cloud: this.#cloud, vault: this.#vault };
    return { home: stored.tags.tenant, redeem: lastingRedeemerOf(place, stored) };
  }
}

/** The tenants' ids in lower case, as Entra writes them. @throws Failure for a value that is no GUID */
function idsOf({ tenantId, partnerTenantId }: SecureAppModelCredentialOptions): Record<string, string> {
  const ids: Record<string, string> = {};
  for (const [name, id] of Object.entries({ tenantId, partnerTenantId })) {
    if (id !== undefined && !isGuid(id))
      throw new Failure("credential-tenant", `${name} is "${id}", which is not a GUID.`);
    if (id !== undefined) ids[name] = id.toLowerCase();
  }
  return ids;
}
