/** The data for the checks, each requested once. A check that needs another one's result names it in `needs`. */
import { resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { guardedOf } from "../../lib/ci-identities/environments";
import { type Cloud, vaultOriginIn } from "../../lib/config/clouds";
import { parseEndpoints } from "../../lib/config/endpoints";
import { findVaultIn, subscriptionsOf } from "../../lib/azure/resource-manager";
import { describeModel } from "../../lib/config/model-file";
import { azureVariable } from "../../lib/azure/deployer-variables";
import { present } from "../../lib/errors/failure";
import { type TokenTags, tokenTags } from "../../lib/consent/tags";
import { refreshTokenNameOf } from "../../lib/consent/target";
import { discoverTenant } from "../../lib/oauth/discovery";
import { type SecretVersion, Vault } from "../../lib/vault/secrets";
import { type Looked, lookAtRepository } from "../ci-set-up/repository";
import type { Engine } from "../engine/engine";
import { type Probe, probeToken } from "../redemption/probe";
import { cloudIn, namedIn, type StackOptions, type TargetOptions } from "../options/target-options";
import { aimAt } from "../../lib/errors/invocation";
import { Access, once } from "./access";
import { type Authority, askAuthority } from "./authority";
import { type Application, findApplicationNamed, findApplicationOf } from "../../lib/application/applications";
import type { Directory } from "../../lib/application/directory";
import { type Deployment, readDeployment } from "../engine/deployment";
import { type BootstrapStack, cloudOptionsOf, readEither, type Stack } from "../engine/stack";
import { findStateFiles, type StateFiles } from "./state-files";

export interface VaultResource {
  id: string;
  properties: {
    vaultUri?: string;
    enableRbacAuthorization?: boolean;
    accessPolicies?: { objectId: string; permissions: { secrets?: string[] } }[];
    publicNetworkAccess?: string;
    networkAcls?: { defaultAction?: string };
  };
}

export interface DoctorOptions extends TargetOptions, Partial<StackOptions> {
  tenant?: string;
  clientId?: string;
  fix?: boolean;
  probe?: boolean;
}

/** The target for commands that are run without a stack. */
function targetOfStack({ settings, outputs }: Stack, environment: NodeJS.ProcessEnv) {
  const { uri } = { uri: undefined, ...settings.vault };
  const said = namedIn("endpoints", {}, environment);
  const known = said ? parseEndpoints(said, process.cwd()) : {};
  const { endpoints = {} } = settings;
  return {
    cloud: settings.cloud,
    vault: outputs.vaultUri ?? uri,
    endpoints: isDeepStrictEqual(known, endpoints) ? undefined : JSON.stringify(endpoints),
  };
}

export class Facts {
  constructor(
    readonly options: DoctorOptions,
    readonly environment: NodeJS.ProcessEnv = process.env,
  ) {
    const { cwd, configFile } = options;
    this.engine = { cwd: resolve(cwd ?? "."), environment };
    this.configFile = configFile === undefined ? [] : ["--config-file", resolve(configFile)];
  }

  private readonly named = once(async () => {
    const { stack, ...others } = this.options;
    return stack === undefined ? undefined : await readEither({ stack, ...others }, this.environment);
  });

  /** Undefined when none was named, or a bootstrap stack. */
  readonly stack = once(async (): Promise<Stack | undefined> => {
    const found = await this.named();
    if (found === undefined || !("model" in found)) return undefined;
    aimAt(targetOfStack(found.model, this.environment));
    return found.model;
  });

  /** Undefined when none was named, or a model's. */
  async bootstrap(): Promise<BootstrapStack | undefined> {
    const found = await this.named();
    return found !== undefined && "bootstrap" in found ? found.bootstrap : undefined;
  }

  /** What GitHub shows of a bootstrap stack's repository to who is signed in with gh; undefined: its jobs run elsewhere. */
  readonly repository = once(async (): Promise<Looked | undefined> => {
    const found = await this.bootstrap();
    if (found === undefined || !("github" in found.settings.ci.provider)) return undefined;
    const { name, settings, root } = found;
    const models = settings.ci.stacks.map((entry) => describeModel(entry, root, settings));
    return await lookAtRepository(name, found.settings.ci.provider.github, guardedOf(models));
  });

  readonly engine: Engine;

  /** The stack's configuration file, if it does not have the engine's default name. */
  readonly configFile: readonly string[];

  /** Undefined without a stack, or if its state is not in a folder of this machine. */
  readonly stateFiles = once(async (): Promise<StateFiles | undefined> => {
    const { stack } = this.options;
    return stack === undefined ? undefined : await findStateFiles(this.engine, stack);
  });

  /** Undefined without a stack. */
  readonly deployment = once(async (): Promise<Deployment | undefined> => {
    const { stack } = this.options;
    return stack === undefined ? undefined : await readDeployment(this.engine, stack);
  });

  /** From the command line, otherwise from the stack, otherwise from the environment. @throws UsageError */
  readonly cloud = once(async (): Promise<Cloud> => {
    const stack = (await this.stack()) ?? (await this.bootstrap());
    if (stack === undefined) return cloudIn(this.options, this.environment);
    return cloudIn({ ...cloudOptionsOf(stack), ...this.options }, this.environment);
  });

  readonly authority = once(async (): Promise<Authority> => askAuthority(await this.cloud()));

  /** As given: GUID or domain. Undefined: the tenant of the login. */
  async namedTenant(): Promise<string | undefined> {
    const stack = await this.stack();
    const { tenantId } = (stack ?? (await this.bootstrap()))?.settings ?? {};
    const named = this.options.tenant ?? tenantId ?? stack?.outputs.tenantId;
    return named ?? azureVariable(this.environment, "TENANT_ID");
  }

  /** GUID. @throws EntraError when the tenant is not in this cloud */
  readonly tenantId = once(async (): Promise<string> => {
    const named = (await this.namedTenant()) ?? (await (await this.access()).login()).tid;
    const tenant = await discoverTenant(await this.cloud(), present(named, "The login's token names no tenant."));
    aimAt({ tenant });
    return tenant;
  });

  readonly access = once(
    async (): Promise<Access> => new Access(await this.cloud(), await this.namedTenant(), this.environment),
  );

  readonly directory = async (): Promise<Directory> => (await this.access()).directory;

  /** Empty without a stack. */
  async vaultSettings(): Promise<Stack["settings"]["vault"] | Record<string, never>> {
    return (await this.stack())?.settings.vault ?? {};
  }

  /** From the command line, the stack, or the tags of the stored token; undefined before anything exists. */
  readonly clientId = once(async (): Promise<string | undefined> => {
    const named = this.options.clientId ?? (await this.stack())?.outputs.applicationId ?? (await this.adopted());
    return named ?? (await this.tokenTags())?.application;
  });

  readonly knownClientId = async (): Promise<string> =>
    present(await this.clientId(), "No application is named, and a check before this one found it.");

  /** The client id of the application that a stack is about to adopt, which it may name by its object id. */
  private async adopted(): Promise<string | undefined> {
    const settings = (await this.stack())?.settings;
    if (settings === undefined || !("existingApplication" in settings)) return undefined;
    const { graph } = await this.directory();
    return (await findApplicationNamed(graph, settings.existingApplication))?.appId;
  }

  readonly application = once(async (): Promise<Application | undefined> => {
    const clientId = await this.clientId();
    return clientId === undefined ? undefined : await findApplicationOf((await this.directory()).graph, clientId);
  });

  /** The subscription of the vault, found in the same way as by the Pulumi provider; undefined: not given. */
  async namedSubscription(): Promise<string | undefined> {
    const { settings } = (await this.stack()) ?? (await this.bootstrap()) ?? {};
    return settings?.subscriptionId ?? azureVariable(this.environment, "SUBSCRIPTION_ID");
  }

  /** Checked to be in the cloud; undefined when there is none yet. */
  async vaultUri(): Promise<string | undefined> {
    const stack = await this.stack();
    // The environment may name another stack's vault.
    const { uri } = { uri: undefined, ...(await this.vaultSettings()) };
    const named = stack
      ? (this.options.vault ?? stack.outputs.vaultUri ?? uri)
      : namedIn("vault", this.options, this.environment);
    return named ? vaultOriginIn(await this.cloud(), named) : undefined;
  }

  readonly vault = once(async (): Promise<Vault | undefined> => {
    const uri = await this.vaultUri();
    return uri === undefined ? undefined : new Vault(await this.cloud(), uri, (await this.access()).credential);
  });

  /** As Resource Manager has it; undefined if no subscription that this login can access has it. */
  readonly vaultResource = once(async (): Promise<VaultResource | undefined> => {
    const uri = present(await this.vaultUri(), "No vault is named, and a check before this one found it.");
    const { resourceManager } = await this.access();
    const subscriptions = await subscriptionsOf(await this.namedSubscription(), resourceManager);
    const isIt = ({ properties }: VaultResource) => properties.vaultUri?.replace(/\/$/u, "") === uri;
    return await findVaultIn(resourceManager, subscriptions, isIt, ({ status }) => status === 403);
  });

  /** Newest first; undefined without a vault. */
  readonly tokenVersions = once(async (): Promise<SecretVersion[] | undefined> =>
    (await this.vault())?.listVersions(refreshTokenNameOf(await this.tenantId())),
  );

  /** Redeems the stored token: only for checks with the option for it. */
  readonly probe = once(async (): Promise<Probe> => {
    const vault = present(await this.vault(), "There is no vault, and a check before this one found it.");
    return await probeToken({ cloud: await this.cloud(), vault }, refreshTokenNameOf(await this.tenantId()));
  });

  /** The tags of the stored token; undefined if they cannot be read. */
  async tokenTags(): Promise<TokenTags | undefined> {
    const versions = await this.tokenVersions().catch(() => undefined);
    return tokenTags(versions?.[0]?.tags ?? {});
  }
}
