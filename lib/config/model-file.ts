/** Reads what a bootstrap stack needs from the file of a model's stack, so that nobody writes it twice. */
import { existsSync } from "node:fs";
import { basename, isAbsolute, join } from "node:path";
import { parse, type YAMLParseError } from "yaml";
import { Failure, namespace, run, sentence, setSetting } from "../errors/failure";
import { textIn } from "../startup/bounded-file";
import type { BootstrapSettings } from "./bootstrap";
import type { Settings } from "./combinations";
import { configurationBytes } from "./limits";
import { readSettings, SettingsError } from "./settings";

/** @param entry a stack's name or its file's path @param root its base @throws Failure if it is no model's */
export function readModelStack(entry: string, root: string): { stack: string; settings: Settings } {
  const isPath = entry.endsWith(".yaml");
  const path = isPath ? entry : `Pulumi.${entry}.yaml`;
  const file = isAbsolute(path) ? path : join(root, path);
  const stack = basename(file).slice("Pulumi.".length, -".yaml".length);
  if (!existsSync(file))
    throw new Failure(
      "ci-stack",
      `ci.stacks names stack ${stack}, but there is no file ${file}, from which its identities get their rights.`,
      run("Name a stack with such a file, or the file", setSetting("ci.stacks[0]", "<stack>")),
    );
  try {
    return { stack, settings: readSettings(configurationIn(textIn(file, configurationBytes)), root) };
  } catch (error) {
    const what = `ci.stacks names stack ${stack}, but its configuration, ${file}, is not valid:`;
    if (!(error instanceof SettingsError)) throw new Failure("ci-stack", `${what} ${(error as Error).message}`);
    // The problems' fixes are commands of the engine, which may not have that stack yet.
    const problems = (error.problems ?? []).map((one) => ({ ...one, fixes: [] }));
    throw new Failure("ci-stack", { what, problems, fixes: [sentence("Set them in that file (docs/settings.md).")] });
  }
}

/** The settings that a model's identities depend on. @throws Failure as readModelStack(), or for another cloud */
// eslint-disable-next-line @typescript-eslint/explicit-module-boundary-types -- its readers name the type
export function describeModel(entry: string, root: string, { cloud }: Pick<BootstrapSettings, "cloud">) {
  const { stack, settings } = readModelStack(entry, root);
  if (settings.cloud !== cloud)
    throw new Failure(
      "ci-stack",
      `ci.stacks names stack ${stack}, which is of ${settings.cloud}, in a stack of ${cloud}: each cloud has a stack of its own for its identities.`,
    );
  const { vault, credential, configurePreconsent, adminConsent, subscriptionId, tenantId } = settings;
  const makesVault = !("uri" in vault);
  const needs = {
    makesVault,
    makesGroup: makesVault && vault.createResourceGroup,
    preconsent: configurePreconsent,
    adminConsent: adminConsent !== undefined,
    certificate: credential.kind === "certificate",
    calendar: "rotateEvery" in credential,
  };
  return { stack, vault, vaultSecretName: credential.vaultSecretName, needs, subscriptionId, tenantId };
}

export function configurationIn(yaml: string): Record<string, string> {
  const { config } = parsed(yaml) as { config?: Record<string, unknown> | null };
  return engineTexts(config ?? {});
}

/** The parser's own message quotes the text, which may be any file's. */
function parsed(yaml: string): object {
  try {
    return (parse(yaml) ?? {}) as object;
  } catch (error) {
    const line = (error as YAMLParseError).linePos?.[0].line;
    throw new Error(`${line === undefined ? "it" : `line ${line}`} is not YAML.`);
  }
}

/** A stack's configuration as the engine passes it. @param settings by name; undefined omits one */
export function configurationOf(settings: Readonly<Record<string, unknown>>): Record<string, string> {
  const given = Object.entries(settings).filter(([, value]) => value !== undefined);
  return engineTexts(Object.fromEntries(given.map(([name, value]) => [`${namespace}:${name}`, value])));
}

/** Values in the form in which the engine passes a stack's configuration: texts, all else as JSON. */
export function engineTexts(values: Readonly<Record<string, unknown>>): Record<string, string> {
  const entries = Object.entries(values).map(([key, value]): [string, string] => [
    key,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  return Object.fromEntries(entries);
}
