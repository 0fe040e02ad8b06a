/** A stack's folder without a deployment: its settings, which the engine's own commands change. */
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import type { Settings } from "../../../lib/config/combinations";
import { configurationIn, configurationOf } from "../../../lib/config/model-file";
import { readSettings } from "../../../lib/config/settings";
import { type Emulator } from "../../../tools/embedded-cloud/testing/emulator";
import { engineEnvironment, stateDirectory } from "../../../tools/embedded-cloud/engine/engine-environment";
import { findOrMakeEngine } from "../../../tools/embedded-cloud/engine/find-or-make-engine";
import { repository } from "../../e2e/support/dev-configuration";
import { type } from "./shell";

export class StackFolder {
  private constructor(
    readonly folder: string,
    readonly environment: NodeJS.ProcessEnv,
  ) {}

  static async make(): Promise<StackFolder> {
    const folder = await mkdtemp(join(tmpdir(), "settings-"));
    const environment = engineEnvironment({ engine: await findOrMakeEngine(), repository, workDirectory: folder });
    await mkdir(stateDirectory(folder), { recursive: true });
    await copyFile(join(repository, "Pulumi.yaml"), join(folder, "Pulumi.yaml"));
    const made = new StackFolder(folder, environment);
    await made.configure({});
    await type({ env: environment, cwd: folder }, ["pulumi stack init dev"]);
    return made;
  }

  async configure(settings: Readonly<Record<string, unknown>>): Promise<void> {
    await writeFile(join(this.folder, "Pulumi.dev.yaml"), JSON.stringify({ config: asConfigured(settings) }));
  }

  /** In the program's form, from the file that the engine's commands write. @throws SettingsError */
  async settings(): Promise<Settings> {
    const text = await readFile(join(this.folder, "Pulumi.dev.yaml"), "utf8");
    return readSettings(configurationIn(text), this.folder);
  }

  /** The engine's variables in addition to these, and `first` before everything on PATH. */
  variables(others: NodeJS.ProcessEnv, ...first: readonly string[]): NodeJS.ProcessEnv {
    const PATH = [...first, this.environment["PATH"]].join(delimiter);
    return { ...others, ...this.environment, PATH };
  }

  /** The same, signed in as the emulator's deployer. */
  deployerVariables(emulator: Emulator, others: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
    const { partner, deployer, subscription } = emulator.seeds;
    const signIn = {
      ARM_TENANT_ID: partner.id,
      ARM_CLIENT_ID: deployer.clientId,
      ARM_CLIENT_SECRET: deployer.clientSecret,
      ARM_SUBSCRIPTION_ID: subscription.id,
    };
    return this.variables({ ...signIn, ...others });
  }

  async close(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Values keep their types: the engine converts them to text. */
function asConfigured(settings: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const names = Object.keys(configurationOf(settings));
  return Object.fromEntries(names.map((name) => [name, settings[name.slice(name.indexOf(":") + 1)]]));
}
