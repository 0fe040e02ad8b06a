/** Stack dev under the real engine. */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { engineEnvironment, soonerStarts, stateDirectory } from "../engine/engine-environment";
import type { Engine } from "../engine/find-or-make-engine";
import { prepareEngineHome, type ProviderChoice } from "../engine/provider-plugins";
import { run } from "./command";

export interface StackOptions {
  engine: Pick<Engine, "directory">;
  repository: string;
  workDirectory: string;
  providers: ProviderChoice;
  /** The embedded cloud's variables. */
  variables: Readonly<Record<string, string>>;
}

export interface Stack {
  env: NodeJS.ProcessEnv;
  /** Runs the engine and shows its informative output; resolves with the exit code. */
  pulumi(...argv: string[]): Promise<number>;
  outputs(): Promise<StackOutputs>;
}

/** The program's outputs; names and ids only. */
export interface StackOutputs {
  applicationId: string;
  applicationObjectId: string;
  servicePrincipalObjectId: string;
  tenantId: string;
  cloud: string;
  vaultUri: string;
  refreshTokenName: string;
  credential: { name: string };
  consent: { health: string; account: string; consentedOn: string; expiresOn: string };
}

const plain = ["--non-interactive", "--suppress-progress"];

/** Creates stack dev again: the former cloud is gone, and with it all resources in its state. */
export async function freshStack(options: StackOptions): Promise<Stack> {
  await forgetStack(options.workDirectory);
  await prepareEngineHome(options);
  const inherited = { ...process.env };
  // Without the robot a person signs in. The engine has no terminal here, so it needs BROWSER.
  const openers: Partial<Record<NodeJS.Platform, string>> = {
    darwin: "open",
    win32: "rundll32 url.dll,FileProtocolHandler",
  };
  const browser = { BROWSER: inherited["BROWSER"] ?? openers[process.platform] ?? "xdg-open" };
  const env = {
    ...engineEnvironment({ ...options, environment: inherited }),
    ...soonerStarts(options.repository, inherited),
    ...browser,
    ...options.variables,
  };
  const base = { cwd: options.repository, env };
  const pulumi = async (...argv: string[]) =>
    (await run("pulumi", [...argv, ...plain, "--stack", "dev"], { ...base, output: "show" })).code;
  const created = await run("pulumi", ["stack", "init", "dev", "--non-interactive"], { ...base, output: "keep" });
  if (created.code !== 0) throw new Error(`pulumi stack init dev failed (exit ${created.code}).`);
  const outputs = async () => {
    const { output } = await run("pulumi", ["stack", "output", "--json", "--stack", "dev"], {
      ...base,
      output: "keep",
    });
    return JSON.parse(output) as StackOutputs;
  };
  return { env, pulumi, outputs };
}

/** Not with the engine, as it may be locked. Other stacks there are somebody's own. */
export async function forgetStack(workDirectory: string): Promise<void> {
  const kept = join(stateDirectory(workDirectory), ".pulumi");
  const files = ["dev.json", "dev.json.bak"].flatMap((name) => [name, `${name}.attrs`]);
  const all = [
    ...files.map((name) => join("stacks", project, name)),
    ...["history", "backups", "locks/organization"].map((folder) => join(folder, project, "dev")),
  ];
  for (const one of all) await rm(join(kept, one), { recursive: true, force: true });
}

const project = "secure-application-model";
