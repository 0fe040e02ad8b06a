/** The data for the checks, each requested once. A check `needs` those whose results it uses. */
import { resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { type Application, findApplicationNamed, findApplicationOf } from "../../lib/application/applications";
import { Directory } from "../../lib/application/directory";
import { identifierIn } from "../../lib/application/identifier";
import { type Lost, lostOf } from "../../lib/application/lost";
import { isOwned } from "../../lib/application/own";
import { clientIdsIn } from "../../lib/application/recorded";
import { AzureApi } from "../../lib/azure/api";
import { azureCredential } from "../../lib/azure/credential";
import { credentialError } from "../../lib/azure/credential-error";
import { azureVariable } from "../../lib/azure/deployer-variables";
import { findVaultIn, subscriptionsOf } from "../../lib/azure/resource-manager";
import { type Cloud, vaultOriginIn } from "../../lib/config/clouds";
import { parseEndpoints } from "../../lib/config/endpoints";
import type { administratorCommand } from "../../lib/token/command";
import { keyOf } from "../../lib/credential/credential-record";
import { type TokenTags, tokenTags } from "../../lib/token/tags";
import { refreshTokenNameOf } from "../../lib/token/target";
import { present } from "../../lib/errors/failure";
import { type Claims, claimsOf } from "../../lib/oauth/claims";
import { discoverTenant } from "../../lib/oauth/discovery";
import { Vault } from "../../lib/vault/secrets";
import { lookAtRepository } from "../ci-set-up/repository";
import { readDeployment } from "../engine/deployment";
import type { Engine } from "../engine/engine";
import { namesOf } from "../engine/project";
import { type BootstrapStack, cloudOptionsOf, readEither, type Stack, vaultUriIn } from "../engine/stack";
import { aimAt } from "../options/run-options";
import { cloudIn, namedIn, type StackOptions, type TargetOptions } from "../options/target-options";
import { probeToken } from "../redemption/probe";
import { askAuthority } from "./authority";
import { type LookedUp, lookUp } from "./look-ups";

export interface VaultResource {
  id: string;
  properties: {
    vaultUri?: string;
    enableRbacAuthorization?: boolean;
    accessPolicies?: { objectId: string; permissions: { secrets?: string[] } }[];
    publicNetworkAccess?: string;
    networkAcls?: { defaultAction?: string; ipRules?: { value: string }[] };
  };
}

export interface DoctorOptions extends TargetOptions, Partial<StackOptions> {
  tenant?: string;
  clientId?: string;
  fix?: boolean;
  yes?: boolean;
  probe?: boolean;
}

/** An application and its place, for an administrator's consent to everything that it declares. */
export type Place = Parameters<typeof administratorCommand>[0];

/** Runs a request once and keeps its result or failure: every check gets the same. */
function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => (answer ??= ask());
}

/** @param what it is, for the defect that it does not exist: a check before this one has found it */
export async function requireFact<T>(fact: () => Promise<T | undefined>, what: string): Promise<T> {
  return present(await fact(), `There is no ${what}, and a check before this one found it.`);
}

export class Facts {
  readonly engine: Engine;
  /** The engine's option for the stack's configuration file, if that does not have the default name. */
  readonly configFile: readonly string[];

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
    const { model } = { model: undefined, ...(await this.named()) };
    if (model === undefined) return undefined;
    const { settings, outputs } = model;
    const { cloud, endpoints = {} } = settings;
    const { uri } = { uri: undefined, ...settings.vault };
    const said = namedIn("endpoints", {}, this.environment);
    const isSaid = isDeepStrictEqual(said ? parseEndpoints(said, process.cwd()) : {}, endpoints);
    // For commands that are run without the stack.
    aimAt({ cloud, vault: outputs.vaultUri ?? uri, endpoints: isSaid ? undefined : JSON.stringify(endpoints) });
    return model;
  });

  /** Undefined when none was named, or a model's. */
  readonly bootstrap = async (): Promise<BootstrapStack | undefined> =>
    ({ bootstrap: undefined, ...(await this.named()) }).bootstrap;

  /** A bootstrap stack's repository, as gh's login sees it; undefined: its jobs run elsewhere. */
  readonly repository = once(async () => {
    const bootstrap = await requireFact(this.bootstrap, "bootstrap stack");
    const { provider } = bootstrap.settings.ci;
    return "github" in provider ? await lookAtRepository(bootstrap, provider.github) : undefined;
  });

  /** Undefined without a stack. */
  private readonly ofStack = <T>(ask: (engine: Engine, stack: string) => Promise<T>) =>
    once(async () => {
      const { stack } = this.options;
      return stack === undefined ? undefined : await ask(this.engine, stack);
    });

  readonly deployment = this.ofStack(readDeployment);

  readonly lookedUp = once(async (): Promise<LookedUp | undefined> => lookUp(this));

  readonly either = async (): Promise<Stack | BootstrapStack | undefined> =>
    (await this.stack()) ?? (await this.bootstrap());

  /** From the command line, otherwise from the stack, otherwise from the environment. @throws UsageError, OtherCloud */
  readonly cloud = once(async (): Promise<Cloud> => {
    const stack = await this.either();
    return cloudIn(stack ? cloudOptionsOf(stack, this.options) : this.options, this.environment);
  });

  readonly clockAhead = once(async () => askAuthority(await this.cloud()));

  /** The tenant as given: GUID or domain. Undefined: the login's. */
  readonly namedTenant = async (): Promise<string | undefined> => {
    const applied = (await this.stack())?.outputs.tenantId;
    const named = this.options.tenant ?? (await this.either())?.settings.tenantId ?? applied;
    return named ?? azureVariable(this.environment, "TENANT_ID");
  };

  /** GUID. @throws EntraError when the tenant is not in this cloud */
  readonly tenantId = once(async () => {
    const named = (await this.namedTenant()) ?? (await this.login()).tid;
    const tenant = await discoverTenant(await this.cloud(), present(named, "The login's token names no tenant."));
    aimAt({ tenant });
    return tenant;
  });

  /** This process's Azure identity: signed in to the stack's tenant, as the Pulumi providers are. */
  private readonly credential = once(async () => {
    const tenant = await this.namedTenant();
    const own = tenant === undefined ? {} : { ARM_TENANT_ID: tenant };
    return azureCredential(await this.cloud(), { ...this.environment, ...own });
  });

  readonly resourceManager = once(
    async () => new AzureApi("Resource Manager", (await this.cloud()).resourceManager, await this.credential()),
  );

  readonly directory = once(
    async () =>
      new Directory(new AzureApi("Microsoft Graph", (await this.cloud()).microsoftGraph, await this.credential())),
  );

  /** @throws CredentialError */
  readonly login = once(async () => this.claims("Azure", (await this.cloud()).resourceManager));

  /** The same login for Microsoft Graph: its token contains the roles there. @throws CredentialError */
  readonly graphLogin = once(async () => this.claims("Microsoft Graph", (await this.cloud()).microsoftGraph));

  private async claims(service: string, origin: string): Promise<Claims> {
    try {
      const token = await (await this.credential()).getToken(`${origin}/.default`);
      return claimsOf(present(token, `The credential has no token for ${service}.`).token);
    } catch (error) {
      throw credentialError(`Signing in to ${service}`, undefined, error);
    }
  }

  readonly vaultSettings = async (): Promise<Stack["settings"]["vault"] | Record<string, never>> =>
    (await this.stack())?.settings.vault ?? {};

  /** From the command line, the stack, or the tags of the stored token; undefined before anything exists. */
  readonly clientId = once(async (): Promise<string | undefined> => {
    const { settings, outputs } = (await this.stack()) ?? {};
    // Before its first whole deployment a stack has no outputs.
    const recorded = outputs === undefined ? [] : ((await this.deployment())?.resources ?? []);
    const named = this.options.clientId ?? outputs?.applicationId ?? clientIdsIn(recorded)[0];
    if (named !== undefined) return named;
    // The stack is about to adopt it, and may name it by its object id.
    const adopted =
      settings !== undefined && "existingApplication" in settings
        ? await findApplicationNamed((await this.directory()).graph, settings.existingApplication)
        : undefined;
    return adopted?.appId ?? (await this.tokenTags())?.application;
  });

  readonly knownClientId = (): Promise<string> => requireFact(this.clientId, "application");

  readonly place = async (): Promise<Place> => ({
    cloud: await this.cloud(),
    tenantId: await this.tenantId(),
    clientId: await this.knownClientId(),
  });

  readonly application = once(async (): Promise<Application | undefined> => {
    const clientId = await this.clientId();
    return clientId === undefined ? undefined : await findApplicationOf((await this.directory()).graph, clientId);
  });

  /** Whether the application is the stack's. @param model name of the stack's model */
  readonly owns = async (application: Application, model: string): Promise<boolean> => {
    const { settings, isOwnProgram } = (await this.stack()) ?? {};
    // The settings of another program are read from its state.
    const { existingApplication } = { existingApplication: "", ...(isOwnProgram === true ? {} : settings) };
    const { stack } = this.options;
    if (stack === undefined) return false;
    const { project, name } = namesOf(stack, this.engine.cwd);
    return isOwned(application, existingApplication, identifierIn(await this.tenantId(), project, name, model));
  };

  /** The part of it that is deleted, if any is. */
  readonly lost = once(async (): Promise<Lost | undefined> => {
    const clientId = await this.clientId();
    return clientId === undefined ? undefined : await lostOf((await this.directory()).graph, clientId);
  });

  /** The vault's, found as the Pulumi provider finds it; without one, all that this login can access. */
  readonly subscriptions = once(async () => {
    const named = (await this.either())?.settings.subscriptionId ?? azureVariable(this.environment, "SUBSCRIPTION_ID");
    return await subscriptionsOf(named, await this.resourceManager());
  });

  /** Checked to be in the cloud; undefined when there is none yet. */
  readonly vaultUri = async (): Promise<string | undefined> => {
    const stack = await this.stack();
    const { vault } = this.options;
    if (vault === undefined && stack?.outputs.vaultUri !== undefined) return vaultUriIn(await this.cloud(), stack);
    const { uri } = { uri: undefined, ...stack?.settings.vault };
    // The environment may name another stack's vault.
    const named = stack ? (vault ?? uri) : namedIn("vault", this.options, this.environment);
    return named ? vaultOriginIn(await this.cloud(), named) : undefined;
  };

  readonly vault = once(async (): Promise<Vault | undefined> => {
    const uri = await this.vaultUri();
    return uri === undefined ? undefined : new Vault(await this.cloud(), uri, await this.credential());
  });

  /** As Resource Manager has it; undefined if no subscription that this login can access has it. */
  readonly vaultResource = once(async (): Promise<VaultResource | undefined> => {
    const uri = await requireFact(this.vaultUri, "vault");
    const isIt = ({ properties }: VaultResource) => properties.vaultUri?.replace(/\/$/u, "") === uri;
    const subscriptions = await this.subscriptions();
    return await findVaultIn(await this.resourceManager(), subscriptions, isIt, ({ status }) => status === 403);
  });

  readonly tokenVersions = once(async () =>
    (await this.vault())?.listVersions(refreshTokenNameOf(await this.tenantId())),
  );

  /** The name of the vault secret with the credential: as the stored token names it, else as the stack does. */
  readonly credentialName = once(async (): Promise<string | undefined> => {
    const { settings, outputs } = (await this.stack()) ?? {};
    const named = (await this.tokenTags())?.credential;
    return named ?? outputs?.credential?.name ?? settings?.credential.vaultSecretName;
  });

  /** All its versions, newest first. @throws VaultError */
  readonly credentialVersions = once(async () => {
    const name = await this.credentialName();
    return name === undefined ? undefined : await (await this.vault())?.listVersions(name);
  });

  /** The ids of the credentials that readers get. @throws VaultError */
  readonly usedKeys = once(async (): Promise<readonly string[]> =>
    ((await this.credentialVersions()) ?? []).filter(({ enabled }) => enabled).map(keyOf),
  );

  /** Redeems the stored token: only for checks with the option for it. */
  readonly probe = once(async () => {
    const vault = await requireFact(this.vault, "vault");
    return await probeToken({ cloud: await this.cloud(), vault }, refreshTokenNameOf(await this.tenantId()));
  });

  /** The tags of the stored token; undefined if they cannot be read. */
  readonly tokenTags = async (): Promise<TokenTags | undefined> => {
    const versions = await this.tokenVersions().catch(() => undefined);
    return tokenTags(versions?.[0]?.tags ?? {});
  };
}
