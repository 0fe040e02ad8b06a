/** A stack's configuration and outputs, read with the engine's own commands, never its secrets. */
import { resolve } from "node:path";
import { type BootstrapSettings, readBootstrap } from "../../lib/config/bootstrap";
import { isBootstrap, type PlaceSettings, readPlace, readSettings } from "../../lib/config/settings";
import type { Settings } from "../../lib/config/combinations";
import type { AppliedCredential } from "../../lib/consent/credential-plan";
import { present } from "../../lib/errors/failure";
import { Vault } from "../../lib/vault/secrets";
import type { Environment } from "../../lib/ci-identities/environments";
import { askEngine } from "./engine";
import { cloudTold, configurationFile, type StackOptions } from "../options/target-options";

type StackOutputs = Partial<
  Record<"applicationId" | "tenantId" | "vaultUri" | "clientSecretName" | "credential", string>
> & {
  /** Only with a calendar: the current one first. */
  credentials?: readonly [AppliedCredential, ...AppliedCredential[]];
  environments?: Environment[];
};

export interface Stack {
  name: string;
  settings: Settings;
  outputs: StackOutputs;
}

/** A stack of which only what is deployed counts. */
export type DeployedStack = Omit<Stack, "settings"> & { settings: PlaceSettings };

/** A stack that declares CI's identities: it has no model. */
export interface BootstrapStack {
  name: string;
  settings: BootstrapSettings;
  /** Of its identities' jobs; undefined before the first `pulumi up`. */
  environments: Environment[] | undefined;
  root: string;
}

/** @throws UsageError with the engine's message; SettingsError, also for a bootstrap stack */
export async function readStack(options: StackOptions, environment: NodeJS.ProcessEnv): Promise<Stack> {
  const { configuration, root, outputs } = await ask(options, environment);
  return { name: options.stack, settings: readSettings(configuration, root), outputs };
}

export async function readDeployed(options: StackOptions, environment: NodeJS.ProcessEnv): Promise<DeployedStack> {
  const { configuration, root, outputs } = await ask(options, environment);
  return { name: options.stack, settings: readPlace(configuration, root), outputs };
}

/** @throws UsageError with the engine's message, SettingsError with every problem of the configuration */
export async function readEither(
  options: StackOptions,
  environment: NodeJS.ProcessEnv,
): Promise<{ model: Stack } | { bootstrap: BootstrapStack }> {
  const { configuration, root, outputs } = await ask(options, environment);
  const { stack: name } = options;
  if (!isBootstrap(configuration)) return { model: { name, settings: readSettings(configuration, root), outputs } };
  const settings = readBootstrap(configuration, root);
  return { bootstrap: { name, settings, root, environments: outputs.environments } };
}

export const cloudOptionsOf = ({
  settings,
}: Pick<Stack | BootstrapStack, "settings">): Record<"cloud" | "endpoints", string> => ({
  cloud: settings.cloud,
  endpoints: JSON.stringify(settings.endpoints ?? {}),
});

async function ask(options: StackOptions, environment: NodeJS.ProcessEnv) {
  const { stack } = options;
  const file = configurationFile(options);
  const root = resolve(options.cwd ?? ".");
  const engine = async (...argv: string[]) =>
    JSON.parse(await askEngine({ cwd: root, environment }, ...argv, "--json", "--stack", stack)) as unknown;
  const answers = [
    engine("config", ...(file === undefined ? [] : ["--config-file", file])),
    engine("stack", "output"),
  ] as const;
  // Both run at once; of two failures the first one is reported.
  await Promise.allSettled(answers);
  const configuration = textsOf(await answers[0]);
  return { configuration, root, outputs: (await answers[1]) as StackOutputs };
}

export function vaultOf({ name, settings, outputs }: DeployedStack): Vault {
  const cloud = cloudTold(settings.cloud, settings.endpoints);
  return new Vault(cloud, present(outputs.vaultUri, `Stack ${name} has no output vaultUri.`));
}

/** Secret values have no `value` here; no setting is secret. */
function textsOf(configuration: unknown): Record<string, string> {
  const entries = Object.entries(configuration as Record<string, { value?: string }>);
  return Object.fromEntries(entries.flatMap(([key, { value }]) => (value === undefined ? [] : [[key, value]])));
}
