/** The environment of the measurements: an embedded cloud, and stack dev deployed into it. */
import { mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type EmbeddedCloud, startEmbeddedCloud } from "../embedded-cloud";
import { engineEnvironment, stateDirectory } from "../engine/engine-environment";
import { findOrMakeEngine } from "../engine/find-or-make-engine";
import { prepareEngineHome } from "../engine/provider-plugins";
import { stackOutputs } from "../engine/stack-outputs";
import { type Command, time } from "./measure";

export interface Stage {
  repository: string;
  workDirectory: string;
  cloud: EmbeddedCloud;
  env: NodeJS.ProcessEnv;
  vaultUri: string;
  /** Of a second stack, whose application uses a certificate. */
  certificateVaultUri: string;
  refreshTokenName: string;
  /** An engine command on a stack of a project; the configuration is the same for all projects. */
  pulumi(folder: string, ...argv: string[]): Command;
  /** Another stack of the whole model with a vault of its own, not yet deployed. @returns its engine commands */
  newStack(name: string): Promise<(...argv: string[]) => Command>;
}

export async function setStage(repository: string): Promise<Stage> {
  const workDirectory = join(repository, ".local", "bench");
  await mkdir(workDirectory, { recursive: true });
  const cloud = await startEmbeddedCloud({ repository, workDirectory, signIn: "robot" });
  try {
    return await deploy(repository, workDirectory, cloud);
  } catch (error) {
    await cloud.stop();
    throw error;
  }
}

async function deploy(repository: string, workDirectory: string, cloud: EmbeddedCloud): Promise<Stage> {
  const engine = await findOrMakeEngine();
  await rm(stateDirectory(workDirectory), { recursive: true, force: true });
  await prepareEngineHome({ providers: "local", repository, workDirectory });
  const env = { ...engineEnvironment({ engine, repository, workDirectory }), ...cloud.variables };
  const commandOf =
    (stack: string) =>
    (folder: string, ...argv: string[]): Command => {
      const place = ["--stack", stack, "--config-file", configFile(workDirectory, stack), "--non-interactive"];
      return { command: "pulumi", argv: [...argv, ...place], cwd: folder, env };
    };
  const newStack = async (stack: string, changes: Record<string, unknown>) => {
    await writeFile(configFile(workDirectory, stack), JSON.stringify(await configuration(workDirectory, changes)));
    const pulumi = commandOf(stack);
    await time({ ...pulumi(repository), argv: ["stack", "init", stack, "--non-interactive"] });
    // Written by the engine beside the program, with a salt; every command here names its own file.
    if (stack !== "dev") await rm(join(repository, `Pulumi.${stack}.yaml`), { force: true });
    return (...argv: string[]) => pulumi(repository, ...argv);
  };
  const up = async (stack: string, changes: Record<string, unknown>): Promise<string> => {
    const pulumi = await newStack(stack, changes);
    await time(pulumi("up", "--yes", "--skip-preview"));
    return String(stackOutputs(workDirectory, stack)["vaultUri"]);
  };
  const vaultUri = await up("dev", {});
  const certificateVaultUri = await up("certificate", {
    vault: vaultNamed("bench-certificate"),
    credential: { kind: "certificate" },
  });
  return {
    repository,
    workDirectory,
    cloud,
    env,
    pulumi: commandOf("dev"),
    newStack: (stack) => newStack(stack, { vault: vaultNamed(`bench-${stack}`) }),
    vaultUri,
    certificateVaultUri,
    refreshTokenName: `refresh-token-${cloud.ready.tenantId}`,
  };
}

const configFile = (workDirectory: string, stack: string) => join(workDirectory, `Pulumi.bench-${stack}.yaml`);
const vaultNamed = (name: string) => ({ name, resourceGroupName: name, location: "westeurope" });

/** Stack dev's settings with changes. The endpoints are an object because the projects' folders differ. */
async function configuration(workDirectory: string, changes: Record<string, unknown>): Promise<object> {
  const file = JSON.parse(await readFile(join(workDirectory, "endpoints.json"), "utf8")) as { signInPort: number };
  const { signInPort, ...endpoints } = file;
  const settings: Record<string, unknown> = {
    cloud: "AzureCloud",
    endpoints,
    displayName: "Partner Center Web App",
    configurePreconsent: true,
    azureManagement: true,
    // The ordinary account may not consent to what is declared.
    adminConsent: "account",
    vault: vaultNamed("bench-tokens"),
    protect: false,
    consent: { account: "svc-partner@partner.example", port: signInPort },
    ...changes,
  };
  const config = Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [`secure-application-model:${name}`, value]),
  );
  return { config };
}

/** A project whose program is one file, with a stack dev. */
export async function emptyProject(stage: Stage, name: string, program: string): Promise<string> {
  const folder = await emptyFolder(stage, name);
  const runtime = { name: "nodejs", options: { typescript: false } };
  await writeFile(join(folder, "Pulumi.yaml"), JSON.stringify({ name, runtime, main: "index.js" }));
  await writeFile(join(folder, "package.json"), JSON.stringify({ name, main: "index.js" }));
  await writeFile(join(folder, "index.js"), program);
  await time({ ...stage.pulumi(folder), argv: ["stack", "init", "dev", "--non-interactive"] });
  return folder;
}

export async function emptyFolder(stage: Stage, name: string): Promise<string> {
  const folder = join(stage.workDirectory, name);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await symlink(join(stage.repository, "node_modules"), join(folder, "node_modules"));
  return folder;
}
