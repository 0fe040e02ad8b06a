/** A stack's configuration as the engine reads it, without its secrets. */
import { resolve } from "node:path";
import { encryptedText } from "../../lib/config/settings";
import { configurationFile, type StackOptions } from "../options/target-options";
import { askEngine } from "./engine";

/** Settings by their whole names: texts, all else as JSON. */
export type Configuration = Readonly<Record<string, string>>;

/**
 * Asks the engine, because a second reader of its files would see another configuration: they have Pulumi.yaml's
 * defaults, two spellings of a name, and whatever two parsers of YAML take differently.
 * @throws UsageError with the engine's message
 */
export async function askConfiguration(
  { stack, cwd = ".", ...place }: StackOptions,
  environment: NodeJS.ProcessEnv,
): Promise<Configuration> {
  const file = configurationFile(place);
  const named = file === undefined ? [] : ["--config-file", file];
  const engine = { cwd: resolve(cwd), environment };
  return textsOf(JSON.parse(await askEngine(engine, "config", ...named, "--json", "--stack", stack)));
}

/**
 * The configuration with what the stack's own file declares besides: a proposed file may have left settings out.
 * @param asked the configuration, where it is asked for already
 */
export async function askWithOwn(
  options: StackOptions,
  environment: NodeJS.ProcessEnv,
  asked = askConfiguration(options, environment),
): Promise<Configuration> {
  const { configFile, ...others } = options;
  const own = configFile === undefined ? Promise.resolve({}) : askConfiguration(others, environment);
  const [declared, given] = await Promise.all([own, asked]);
  return { ...declared, ...given };
}

/** A setting that is encrypted, or has an encrypted part, has no `value` here. */
function textsOf(configuration: unknown): Configuration {
  const entries = Object.entries(configuration as Record<string, { value?: string }>);
  return Object.fromEntries(entries.map(([key, { value = encryptedText }]) => [key, value]));
}
