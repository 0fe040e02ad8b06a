/** What the checks look at, each thing asked for once. A check that needs more than another has found names it in `needs`. */
import { type Cloud, vaultOriginIn } from "../../config/clouds";
import { type TokenTags, tokenTags } from "../../consent/tags";
import { refreshTokenNameOf } from "../../consent/target";
import { discoverTenant } from "../../oauth/discovery";
import { type SecretVersion, Vault } from "../../vault/secrets";
import { cloudIn, type TargetOptions, vaultNamedIn } from "../target-options";
import { Access } from "./access";
import { type Authority, askAuthority } from "./authority";
import type { Application } from "../../application/applications";
import type { Directory } from "./directory";
import { Once } from "./once";
import { azureVariable } from "./variables";
import { readStack, type Stack } from "./stack";

export interface DoctorOptions extends TargetOptions {
  tenant?: string;
  clientId?: string;
  stack?: string;
  cwd?: string;
  configFile?: string;
  fix?: boolean;
}

export class Facts {
  readonly #once = new Once();

  constructor(
    readonly options: DoctorOptions,
    readonly environment: NodeJS.ProcessEnv = process.env,
  ) {}

  /** Undefined when none was named. */
  stack(): Promise<Stack | undefined> {
    const { stack, cwd, configFile } = this.options;
    const named = { ...(cwd === undefined ? {} : { cwd }), ...(configFile === undefined ? {} : { configFile }) };
    return this.#once.ask("stack", async () =>
      stack === undefined ? undefined : await readStack({ stack, ...named }, this.environment),
    );
  }

  /** What was named on the command line, then by the stack, then by the environment. @throws UsageError */
  cloud(): Promise<Cloud> {
    return this.#once.ask("cloud", async () => {
      const stack = await this.stack();
      if (stack === undefined) return cloudIn(this.options, this.environment);
      const own = { cloud: stack.settings.cloud, endpoints: JSON.stringify(stack.settings.endpoints ?? {}) };
      return cloudIn({ ...own, ...this.options }, this.environment);
    });
  }

  authority(): Promise<Authority> {
    return this.#once.ask("authority", async () => askAuthority(await this.cloud()));
  }

  /** As it was named: GUID or domain. Undefined: the tenant of the login. */
  async namedTenant(): Promise<string | undefined> {
    const stack = await this.stack();
    const named = this.options.tenant ?? stack?.settings.tenantId ?? stack?.outputs.tenantId;
    return named ?? azureVariable(this.environment, "TENANT_ID");
  }

  /** GUID. @throws EntraError when the tenant is not in this cloud */
  tenantId(): Promise<string> {
    return this.#once.ask("tenant", async () => {
      const named = (await this.namedTenant()) ?? (await (await this.access()).login()).tid ?? "";
      return await discoverTenant(await this.cloud(), named);
    });
  }

  access(): Promise<Access> {
    return this.#once.ask("access", async () => {
      return new Access(await this.cloud(), await this.namedTenant(), this.environment);
    });
  }

  async directory(): Promise<Directory> {
    return (await this.access()).directory;
  }

  /** Empty without a stack. */
  async vaultSettings(): Promise<Stack["settings"]["vault"] | Record<string, never>> {
    return (await this.stack())?.settings.vault ?? {};
  }

  /** From the command line, the stack, or the tags of the stored token; undefined before anything exists. */
  clientId(): Promise<string | undefined> {
    return this.#once.ask("client id", async () => {
      const named = this.options.clientId ?? (await this.stack())?.outputs.applicationId ?? (await this.adopted());
      return named ?? (await this.tokenTags())?.application;
    });
  }

  /** The client id of the application that a stack is about to adopt, which it may name by its object id. */
  private async adopted(): Promise<string | undefined> {
    const settings = (await this.stack())?.settings;
    if (settings === undefined || !("existingApplication" in settings)) return undefined;
    return (await (await this.directory()).applicationNamed(settings.existingApplication))?.appId;
  }

  application(): Promise<Application | undefined> {
    return this.#once.ask("application", async () => {
      const clientId = await this.clientId();
      return clientId === undefined ? undefined : await (await this.directory()).applicationOf(clientId);
    });
  }

  /** Checked to lie in the cloud; undefined when there is none yet. */
  async vaultUri(): Promise<string | undefined> {
    const stack = await this.stack();
    // The environment may speak of another stack's vault.
    const { uri } = { uri: undefined, ...(await this.vaultSettings()) };
    const named = stack
      ? (this.options.vault ?? stack.outputs.vaultUri ?? uri)
      : vaultNamedIn(this.options, this.environment);
    return named ? vaultOriginIn(await this.cloud(), named) : undefined;
  }

  vault(): Promise<Vault | undefined> {
    return this.#once.ask("vault", async () => {
      const uri = await this.vaultUri();
      return uri === undefined ? undefined : new Vault(await this.cloud(), uri, (await this.access()).credential);
    });
  }

  /** Newest first; undefined without a vault. */
  tokenVersions(): Promise<SecretVersion[] | undefined> {
    return this.#once.ask("token", async () =>
      (await this.vault())?.listVersions(refreshTokenNameOf(await this.tenantId())),
    );
  }

  /** What the stored token says of itself; undefined where it cannot be read. */
  async tokenTags(): Promise<TokenTags | undefined> {
    const versions = await this.tokenVersions().catch(() => undefined);
    return tokenTags(versions?.[0]?.tags ?? {});
  }
}
