/** A stack's configuration and outputs, read with the engine's own commands, never its secrets. */
import { resolve } from "node:path";
import { readSettings } from "../../config/settings";
import type { Settings } from "../../config/combinations";
import type { AppliedCredential } from "../../consent/credential-plan";
import { askEngine } from "../engine";
import { configurationFile, type StackOptions } from "../target-options";

/** The outputs that the checks use; empty before the first `pulumi up`. */
type StackOutputs = Partial<
  Record<"applicationId" | "tenantId" | "vaultUri" | "clientSecretName" | "credential", string>
> & {
  /** Only with a calendar: the current one first. */
  credentials?: readonly AppliedCredential[];
};

export interface Stack {
  name: string;
  settings: Settings;
  outputs: StackOutputs;
}

/** @throws UsageError with the engine's message, SettingsError with every problem of the configuration */
export async function readStack(options: StackOptions, environment: NodeJS.ProcessEnv): Promise<Stack> {
  const { stack } = options;
  const configuration = configurationFile(options);
  const root = resolve(options.cwd ?? ".");
  const ask = async (...argv: string[]) =>
    JSON.parse(await askEngine({ cwd: root, environment }, ...argv, "--json", "--stack", stack)) as unknown;
  const file = configuration === undefined ? [] : ["--config-file", configuration];
  const answers = [ask("config", ...file), ask("stack", "output")] as const;
  // Both run at once; of two failures the first one is reported.
  await Promise.allSettled(answers);
  const settings = readSettings(textsOf(await answers[0]), root);
  return { name: stack, settings, outputs: (await answers[1]) as StackOutputs };
}

/** Secret values have no `value` here; no setting is secret. */
function textsOf(configuration: unknown): Record<string, string> {
  const entries = Object.entries(configuration as Record<string, { value?: string }>);
  return Object.fromEntries(entries.flatMap(([key, { value }]) => (value === undefined ? [] : [[key, value]])));
}
