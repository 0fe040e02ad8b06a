/** A stack of the program under the real engine, on its own emulator: the base of every end-to-end test. */
import { type ChildProcess, spawn } from "node:child_process";
import { copyFile, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import type { Generation } from "../../../lib/config/limits";
import { writeCloudFiles } from "../../../tools/embedded-cloud/cloud-files";
import {
  announcement,
  type CloudContext,
  type CloudName,
  createEmulator,
  type Emulator,
  type PartnerSeeds,
  seedsOf,
} from "../../../tools/embedded-cloud/testing/emulator";
import { type Subscription, type Tenant } from "../../../tools/embedded-cloud/testing/directory";
import { freePort } from "../../../tools/embedded-cloud/free-port";
import { engineEnvironment, soonerStarts } from "../../../tools/embedded-cloud/engine/engine-environment";
import { findOrMakeEngine } from "../../../tools/embedded-cloud/engine/find-or-make-engine";
import { prepareEngineHome } from "../../../tools/embedded-cloud/engine/provider-plugins";
import { type DeployedStack, type Place, restoreStack, stackFile } from "./deployed-stack";
import { devConfiguration, repository, type StackSettings } from "./dev-configuration";
import { writeRobot } from "../../support/robot-here";
import { servePluginsHere } from "./plugins-here";
import { isSoak } from "./soak";
import { secretsProvider, stateKeyAddress } from "./state-key";

export { repository } from "./dev-configuration";

/** Of Pulumi.yaml: part of every stack's state. */
export const projectName = "secure-application-model";

export interface ProjectOptions {
  /** An emulator that other stacks use too, closed by the code that started it. Default: a new one, which `close` closes. */
  emulator?: Emulator;
  /** The stack's cloud in the emulator. Default: AzureCloud. */
  cloud?: CloudName;
  /** Default "dev". Another one starts with a copy of its committed Pulumi.<stack>.yaml, with `settings` in place of its own. */
  stack?: string;
  /** false: the caller writes its configuration and makes it. Default true. */
  made?: boolean;
  /** Over those of stack dev; undefined omits one. */
  settings?: StackSettings;
  /** An existing stack, in place of a new one with `settings`. */
  deployed?: DeployedStack;
  /** Default: the robot. "nobody": no BROWSER, as in CI. */
  signIn?: "robot" | "nobody";
  environment?: Record<string, string>;
  /** Where the stand-in plugins work. Default: in this process, which costs less; their own are for whoever ends or counts processes. */
  plugins?: "here" | "in processes";
  /** Where the engine runs. Default: the repository; the stack's own folder is for whoever looks for processes that a run left where it ran. */
  runsIn?: "repository" | "own folder";
}

export interface Finished {
  code: number;
  /** Both streams, in the order of their output. */
  text: string;
}

export interface StateResource {
  urn: string;
  type: string;
  id?: string;
  protect?: boolean;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
}

/** Of a model's stack; of a bootstrap stack `next` alone. */
export interface StackOutputs extends Record<
  "applicationId" | "applicationObjectId" | "servicePrincipalObjectId" | "tenantId" | "vaultUri",
  string
> {
  cloud: CloudName;
  refreshTokenName: string;
  credential: { name: string; generations: readonly Generation[] };
  consent: Record<"health" | "account" | "consentedOn" | "expiresOn", string>;
  next: string[];
}

export class Project implements Place, AsyncDisposable {
  private constructor(
    readonly emulator: Emulator,
    readonly cloud: CloudContext,
    readonly stack: string,
    readonly folder: string,
    readonly signInPort: number,
    readonly environment: NodeJS.ProcessEnv,
    private readonly ownsEmulator: boolean,
    private readonly engineFolder: string,
  ) {}

  get seeds(): PartnerSeeds {
    return seedsOf(this.cloud.row.name);
  }

  get tenant(): Tenant {
    return thatIsThere(this.cloud.tenants.get(this.seeds.partner.id));
  }

  get subscription(): Subscription {
    return thatIsThere(this.tenant.subscriptions.get(this.seeds.subscription.id));
  }

  get ofStack(): string[] {
    return ["--stack", this.stack, "--config-file", this.configFile];
  }

  get configFile(): string {
    return join(this.folder, `Pulumi.${this.stack}.yaml`);
  }

  static async start(options: ProjectOptions = {}): Promise<Project> {
    const folder = await mkdtemp(join(tmpdir(), "partner-stack-"));
    const { cloud: name = "AzureCloud", stack = "dev" } = options;
    const emulator = options.emulator ?? (await startEmulator([name]));
    const cloud = emulator.clouds.get(name);
    if (cloud === undefined) throw new Error(`${name} does not run in this emulator`);
    const ready = announcement(emulator);
    const files = { repository, workDirectory: folder, signIn: "robot" as const, cloud: name };
    const { BROWSER = "", ...variables } = await writeCloudFiles(files, ready, process.pid);
    const engine = await findOrMakeEngine();
    await prepareEngineHome({ providers: "local", repository, workDirectory: folder });
    const environment = {
      ...engineEnvironment({ engine, repository, workDirectory: folder }),
      ...soonerStarts(repository, process.env),
      ...variables,
      CI: "true",
      VAULT_ADDR: await stateKeyAddress(),
      BROWSER: options.signIn === "nobody" ? undefined : BROWSER,
      ...options.environment,
    };
    if (options.plugins !== "in processes") {
      await servePluginsHere(folder, environment);
      await writeRobot(BROWSER, seedsOf(name).users.serviceAccount.userPrincipalName);
    }
    const ownsEmulator = options.emulator === undefined;
    const engineFolder = options.runsIn === "own folder" ? folder : repository;
    if (engineFolder === folder) await linkProgram(folder);
    const port = await freePort();
    const project = new Project(emulator, cloud, stack, folder, port, environment, ownsEmulator, engineFolder);
    await copyFile(join(repository, "Pulumi.yaml"), join(folder, "Pulumi.yaml"));
    if (options.deployed !== undefined) await project.become(options.deployed);
    else if (options.made !== false) await project.initialize(options.settings ?? {});
    return project;
  }

  /** Continues with a stack that was deployed elsewhere, in place of this one. */
  async become(deployed: DeployedStack): Promise<void> {
    await restoreStack(deployed, this, this.cloud);
  }

  /** `pulumi stack init`, in a folder where the engine may write to the stack's file. */
  private async initialize(settings: StackSettings): Promise<void> {
    if (this.stack === "dev") await this.configure(settings);
    else await copyFile(join(repository, `Pulumi.${this.stack}.yaml`), this.configFile);
    const key = this.stack === "dev" ? ["--secrets-provider", secretsProvider] : [];
    const created = await this.pulumi("stack", "init", this.stack, ...key);
    if (created.code !== 0) throw new Error(created.text);
    if (this.stack !== "dev" && Object.keys(settings).length > 0) await this.set(settings);
  }

  /** `pulumi config set --path`, as in the templates and the errors; several settings in one run of the engine. */
  async set(settings: StackSettings): Promise<void> {
    const all = Object.entries(settings).map(([name, value]) => [`secure-application-model:${name}`, String(value)]);
    const [[name = "", value = ""] = [], ...more] = all;
    const argv =
      more.length === 0
        ? ["set", "--path", name, value]
        : ["set-all", "--path", ...all.flatMap((one) => ["--plaintext", one.join("=")])];
    const { code, text } = await this.pulumi("config", ...argv);
    if (code !== 0) throw new Error(text);
  }

  async configure(settings: StackSettings): Promise<void> {
    await writeFile(this.configFile, devConfiguration(this, this.cloud.row.name, settings));
  }

  /** Runs the engine and waits for it. In the gate a run that takes longer than any does is ended: its output says what it waits for. */
  async pulumi(...argv: string[]): Promise<Finished> {
    const child = this.spawn(...argv);
    const limit = isSoak ? undefined : setTimeout(() => child.kill(), longestRun);
    try {
      return await finished(child);
    } finally {
      clearTimeout(limit);
    }
  }

  spawn(...argv: string[]): ChildProcess {
    const configurable = !["stack", "cancel", "logs", "state"].includes(argv[0] ?? "");
    const isInit = argv[1] === "init";
    const place = isInit ? [] : ["--stack", this.stack];
    const file = configurable ? ["--config-file", this.configFile] : [];
    const all = [...argv, "--non-interactive", "--color", "never", ...place, ...file];
    const cwd = isInit ? this.folder : this.engineFolder;
    return spawn("pulumi", all, { cwd, env: this.environment, stdio: ["ignore", "pipe", "pipe"] });
  }

  async up(...argv: string[]): Promise<string> {
    return await this.change("up", ...argv);
  }

  async destroy(...argv: string[]): Promise<string> {
    return await this.change("destroy", ...argv);
  }

  private async change(verb: string, ...argv: string[]): Promise<string> {
    const { code, text } = await this.pulumi(verb, "--yes", "--skip-preview", ...argv);
    if (code !== 0) throw new Error(`pulumi ${verb} ended with ${code}:\n${text}`);
    return text;
  }

  /** The drift check of the documentation. */
  async drift(): Promise<Finished> {
    return await this.pulumi("preview", "--expect-no-changes", "--diff");
  }

  /** From the state's file, which takes no run of the engine. */
  async outputs(): Promise<StackOutputs> {
    const resources = await this.state();
    return (resources.find(({ type }) => type === "pulumi:pulumi:Stack")?.outputs ?? {}) as unknown as StackOutputs;
  }

  async state(): Promise<StateResource[]> {
    const { checkpoint } = JSON.parse(await readFile(stackFile(this), "utf8")) as {
      checkpoint: { latest?: { resources?: StateResource[] } };
    };
    return checkpoint.latest?.resources ?? [];
  }

  /** The state file's content, including ciphertexts. */
  async exported(): Promise<{ text: string; resources: StateResource[] }> {
    const { text } = await this.pulumi("stack", "export");
    const { deployment } = JSON.parse(text) as { deployment: { resources?: StateResource[] } };
    return { text, resources: deployment.resources ?? [] };
  }

  async close(): Promise<void> {
    if (this.ownsEmulator) await this.emulator.close();
    await rm(this.folder, { recursive: true, force: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  get signIns(): number {
    return this.emulator.requests.entries().filter(({ path }) => /\/(?:authorize|adminconsent)/u.test(path)).length;
  }
}

export function thatIsThere<T>(found: T | undefined): T {
  if (found === undefined) throw new Error("The embedded cloud has lost what it was seeded with.");
  return found;
}

/** What a stack's folder in a clone has beside its own files. */
export async function linkProgram(folder: string): Promise<void> {
  for (const name of ["bin", "node_modules", "package.json"]) await symlink(join(repository, name), join(folder, name));
}

/** Milliseconds: thirty times the usual, and less than a test's limit. */
const longestRun = 100_000;

/** Certificate and signing keys of every emulator here: kept, so that no test waits for keys. */
export const keptKeys = join(repository, ".local", "test-emulator");

/** An emulator for several stacks. Its certificate is trusted by this process. */
export async function startEmulator(clouds: readonly CloudName[]): Promise<Emulator> {
  const emulator = await createEmulator({ directory: keptKeys, clouds, roleAssignmentDelay: 300 });
  setDefaultCACertificates([...getCACertificates(), await readFile(emulator.caFile, "utf8")]);
  return emulator;
}

export async function finished(child: ChildProcess): Promise<Finished> {
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk: Buffer) => (text += chunk.toString()));
  const code = await new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (exitCode) => {
      resolve(exitCode ?? -1);
    });
  });
  return { code, text };
}
