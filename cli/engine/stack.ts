/** A stack's configuration and outputs, read with the engine's own commands, never its secrets. */
import { resolve } from "node:path";
import { type BootstrapSettings, readBootstrap } from "../../lib/config/bootstrap";
import { isBootstrap, type PlaceSettings, readPlace, readSettings } from "../../lib/config/settings";
import type { Settings } from "../../lib/config/combinations";
import { type Cloud, isVaultIn, vaultOriginIn } from "../../lib/config/clouds";
import type { Outputs } from "../../program/resolve/look";
import {
  againWithout,
  byPerson,
  Failure,
  type Fix,
  namespace,
  pulumi,
  restoreBackup,
  run,
} from "../../lib/errors/failure";
import type { Environment } from "../../lib/ci-identities/environments";
import { askConfiguration, askWithOwn, type Configuration } from "./configuration";
import { readDeployment } from "./deployment";
import { askEngine } from "./engine";
import { type Described, describedIn } from "./own-program";
import { strangeCodeIn } from "./state-code";
import type { StackOptions, TargetOptions } from "../options/target-options";
import { UsageError } from "../terminal/exit-code";
import { printNote } from "../terminal/output";

type StackOutputs = Pick<Outputs, "applicationId" | "tenantId" | "vaultUri" | "credential"> & {
  environments?: Environment[];
};

export interface Stack {
  name: string;
  settings: Settings;
  outputs: StackOutputs;
  /** Whether its program is one's own. */
  isOwnProgram?: boolean;
  /** Whether that exports `credential`, which its next run goes by: the state shows it in any case. */
  exportsCredential?: boolean;
}

/** A stack, of whose settings only cloud and endpoints must be valid. */
export type StackWithPlace = Omit<Stack, "settings"> & {
  settings: PlaceSettings;
  /** The setting's value: undefined too for a program of one's own, whose state alone has it. */
  existingApplication?: string;
};

/** A stack that declares CI's identities: it has no model. */
export interface BootstrapStack {
  name: string;
  settings: BootstrapSettings;
  /** Those of its identities' jobs; undefined before the first `pulumi up`. */
  environments: Environment[] | undefined;
  root: string;
}

/** @throws UsageError with the engine's message; SettingsError, also for a bootstrap stack */
export async function readStack(options: StackOptions, environment: NodeJS.ProcessEnv): Promise<Stack> {
  const { configuration, root, ...others } = await ask(options, environment);
  return { name: options.stack, settings: readSettings(configuration, root), ...others };
}

/** Reads a stack, deployed or not, whatever its other settings are. @throws UsageError, SettingsError as readStack() */
export async function readWithPlace(options: StackOptions, environment: NodeJS.ProcessEnv): Promise<StackWithPlace> {
  const { configuration, root, outputs, isOwnProgram } = await ask(options, environment);
  const existing = isOwnProgram === true ? undefined : configuration[`${namespace}:existingApplication`];
  const settings = readPlace(configuration, root);
  return { name: options.stack, settings, outputs, ...(existing !== undefined && { existingApplication: existing }) };
}

/** @throws UsageError with the engine's message, SettingsError with every problem of the configuration */
export async function readEither(
  options: StackOptions,
  environment: NodeJS.ProcessEnv,
): Promise<{ model: Stack } | { bootstrap: BootstrapStack }> {
  const { configuration, root, ...others } = await ask(options, environment);
  const { stack: name } = options;
  if (!isBootstrap(configuration)) return { model: { name, settings: readSettings(configuration, root), ...others } };
  const settings = readBootstrap(configuration, root);
  return { bootstrap: { name, settings, root, environments: others.outputs.environments } };
}

/** --cloud is of another cloud than the stack. */
export class OtherCloud extends UsageError {}

/** The options that name the stack's cloud; the given ones override it. @throws OtherCloud */
export function cloudOptionsOf<T extends Pick<TargetOptions, "cloud">>(
  { name, settings: { cloud, endpoints = {} } }: Pick<Stack | BootstrapStack, "name" | "settings">,
  given: T,
): T & TargetOptions {
  if ((given.cloud ?? cloud) === cloud) return { cloud, endpoints: JSON.stringify(endpoints), ...given };
  const what = `--cloud ${given.cloud} contradicts stack ${name}, whose cloud is ${cloud}.`;
  throw new OtherCloud(what, run("Leave it out", againWithout("--cloud")));
}

interface Asked extends Pick<Stack, "outputs" | "isOwnProgram" | "exportsCredential"> {
  configuration: Configuration;
  root: string;
}

async function ask(options: StackOptions, environment: NodeJS.ProcessEnv): Promise<Asked> {
  const { stack } = options;
  const root = resolve(options.cwd ?? ".");
  const answers = [
    askConfiguration(options, environment),
    askEngine({ cwd: root, environment }, "stack", "output", "--json", "--stack", stack),
  ] as const;
  // Both run at once; of two failures the first one is reported.
  await Promise.allSettled(answers);
  const configuration = await answers[0];
  const outputs = JSON.parse(await answers[1]) as StackOutputs;
  // Without its settings, a stack of this program is still known by what program/model.ts returns.
  const isOurs =
    Object.hasOwn(configuration, `${namespace}:cloud`) ||
    ["applicationObjectId", "refreshTokenName", "cloud"].every((name) => name in outputs);
  const asked: Asked = { configuration, root, outputs };
  if (isOurs) return asked;
  return {
    ...asked,
    ...(await ofOwnProgram(options, environment, configuration)),
    exportsCredential: Array.isArray(outputs.credential?.generations),
  };
}

/** @throws Failure where the state names a host that is neither the cloud's nor this process's */
async function ofOwnProgram(
  options: StackOptions,
  environment: NodeJS.ProcessEnv,
  configuration: Configuration,
): Promise<Described | undefined> {
  const deployment = await readDeployment({ cwd: resolve(options.cwd ?? "."), environment }, options.stack);
  const described = describedIn(deployment);
  if (described === undefined) return undefined;
  const declared = await askWithOwn(options, environment, Promise.resolve(configuration));
  const strange = strangeCodeIn(options, declared, deployment);
  if (strange !== undefined) throw new Failure("state-code", strange);
  const [model = "", ...others] = described.models;
  if (others.length > 0)
    printNote(
      `Stack ${options.stack} has ${others.length + 1} models. This is about ${model} alone, not ${others.join(", ")}.`,
    );
  return described;
}

/** For a stack that was never deployed. */
export const deployIt = (stack: string): Fix => byPerson("Deploy it", pulumi("up", "--stack", stack));

/** The vault's origin. @throws UsageError if the stack is not deployed, or its state names a host of no vault of the cloud */
export function vaultUriIn(cloud: Cloud, { name, outputs: { vaultUri } }: Pick<Stack, "name" | "outputs">): string {
  if (vaultUri === undefined)
    throw new UsageError(`Stack ${name} is not deployed: it has no output vaultUri.`, deployIt(name));
  if (isVaultIn(cloud, vaultUri)) return vaultOriginIn(cloud, vaultUri);
  throw new UsageError(
    `The output vaultUri of stack ${name} is "${vaultUri}", which is no vault of ${cloud.name}.`,
    byPerson("If the stack's cloud is right, find out who wrote it, and restore the previous state", restoreBackup),
  );
}
