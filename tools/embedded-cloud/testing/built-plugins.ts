/** The plugins as they are built, at work in this process. */
import { join } from "node:path";
import { findRepository } from "../engine/repository";
import type * as AzureNative from "../providers/azure-native/plugin";
import type * as Azuread from "../providers/azuread/plugin";
import type { Surroundings } from "../providers/base/cloud";
import type * as Serve from "../providers/base/serve";

/** Node's own, not jest's: what is loaded is kept for all files of a worker. */
const { createRequire } = process.getBuiltinModule("node:module");
const built = createRequire(join(findRepository(), "tools", "embedded-cloud", "bin", "providers", "base", "serve.js"));

const plugins: Readonly<Record<string, (surroundings: Surroundings) => Promise<Serve.RunningPlugin>>> = {
  azuread: (surroundings) => startBuilt((built("../azuread/plugin") as typeof Azuread).azureadPlugin(surroundings)),
  "azure-native": (surroundings) =>
    startBuilt((built("../azure-native/plugin") as typeof AzureNative).azureNativePlugin(surroundings)),
};

const startBuilt: typeof Serve.start = (plugin) => (built("./serve") as typeof Serve).start(plugin);

/** @param name azuread or azure-native @throws Error when there is no such plugin */
export async function startBuiltPlugin(name: string, surroundings: Surroundings): Promise<Serve.RunningPlugin> {
  const start = plugins[name];
  if (start === undefined) throw new Error(`There is no plugin ${name}.`);
  return await start(surroundings);
}
