/** A stack of the program under the real engine, on an emulator of its own: what every end-to-end test stands on. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { announcement } from "../../../local/emulator/announcement";
import { createEmulator, type Emulator } from "../../../local/emulator/emulator";
import { writeCloudFiles } from "../../../local/embedded-cloud";
import { engineEnvironment } from "../../../local/engine/engine-environment";
import { findOrMakeEngine } from "../../../local/engine/find-or-make-engine";
import { prepareEngineHome } from "../../../local/engine/provider-plugins";

export const repository = join(__dirname, "..", "..", "..");

/** Settings of a stack, without the namespace. */
export type StackSettings = Record<string, unknown>;

export interface ProjectOptions {
  /** Over those of stack dev; undefined takes one out. */
  settings?: StackSettings;
  /** Default: the robot. "nobody": no BROWSER, as in CI. */
  signIn?: "robot" | "nobody";
  /** Environment of the engine, beside the cloud's. */
  environment?: Record<string, string>;
}

export interface Finished {
  code: number;
  /** Both streams, in the order they came. */
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

export class Project {
  private constructor(
    readonly emulator: Emulator,
    readonly folder: string,
    readonly environment: NodeJS.ProcessEnv,
    private readonly configFile: string,
  ) {}

  static async start(options: ProjectOptions = {}): Promise<Project> {
    const folder = await mkdtemp(join(tmpdir(), "partner-stack-"));
    const emulator = await createEmulator({ directory: join(folder, "cloud"), roleAssignmentDelay: 300 });
    setDefaultCACertificates([...getCACertificates(), await readFile(emulator.caFile, "utf8")]);
    const ready = announcement(emulator);
    const cloud = { repository, workDirectory: folder, signIn: "robot" as const };
    const { BROWSER = "", ...variables } = await writeCloudFiles(cloud, ready, process.pid);
    const engine = await findOrMakeEngine();
    await prepareEngineHome({ providers: "local", repository, workDirectory: folder });
    const environment = {
      ...engineEnvironment({ engine, repository, workDirectory: folder }),
      ...variables,
      CI: "true",
      ...(options.signIn === "nobody" ? {} : { BROWSER }),
      ...options.environment,
    };
    if (options.signIn === "nobody") delete environment.BROWSER;
    const project = new Project(emulator, folder, environment, join(folder, "Pulumi.dev.yaml"));
    await project.configure(options.settings ?? {});
    const created = await project.pulumi("stack", "init", "dev");
    if (created.code !== 0) throw new Error(created.text);
    return project;
  }

  /** Writes the stack's configuration: JSON is YAML. */
  async configure(settings: StackSettings): Promise<void> {
    const dev: StackSettings = {
      cloud: "AzureCloud",
      endpoints: join(this.folder, "endpoints.json"),
      displayName: "Partner Center Web App",
      configurePreconsent: true,
      azureManagement: true,
      vault: {
        name: "partner-tokens",
        resourceGroupName: "partner-tokens",
        location: "westeurope",
        retentionDays: 7,
        protect: false,
      },
      consent: { account: "svc-partner@partner.example", port: 8410 + (process.pid % 480) },
    };
    const wanted = Object.entries({ ...dev, ...settings }).filter(([, value]) => value !== undefined);
    const config = Object.fromEntries(wanted.map(([name, value]) => [`secure-application-model:${name}`, value]));
    const encryptionsalt = /encryptionsalt: (.*)/u.exec(
      await readFile(join(repository, "Pulumi.dev.yaml"), "utf8"),
    )?.[1];
    await writeFile(this.configFile, JSON.stringify({ config, encryptionsalt }, null, 2));
  }

  /** Runs the engine and waits for it. */
  async pulumi(...words: string[]): Promise<Finished> {
    return await finished(this.spawn(...words));
  }

  /** Starts the engine; the caller ends it or waits. */
  spawn(...words: string[]): ChildProcess {
    const configurable = words[0] !== "stack" && words[0] !== "cancel";
    const place = words[1] === "init" ? [] : ["--stack", "dev"];
    const file = configurable ? ["--config-file", this.configFile] : [];
    const all = [...words, "--non-interactive", "--color", "never", ...place, ...file];
    return spawn("pulumi", all, { cwd: repository, env: this.environment, stdio: ["ignore", "pipe", "pipe"] });
  }

  /** `pulumi up`, which must succeed. */
  async up(...words: string[]): Promise<string> {
    const { code, text } = await this.pulumi("up", "--yes", "--skip-preview", ...words);
    if (code !== 0) throw new Error(`pulumi up ended with ${code}:\n${text}`);
    return text;
  }

  /** The drift check that the documentation tells people to run. */
  async drift(): Promise<Finished> {
    return await this.pulumi("preview", "--refresh", "--expect-no-changes", "--diff");
  }

  async outputs(): Promise<Record<string, unknown>> {
    const { text } = await this.pulumi("stack", "output", "--json");
    return JSON.parse(text) as Record<string, unknown>;
  }

  /** The state as it lies on disk, ciphertexts included. */
  async exported(): Promise<{ text: string; resources: StateResource[] }> {
    const { text } = await this.pulumi("stack", "export");
    const { deployment } = JSON.parse(text) as { deployment: { resources?: StateResource[] } };
    return { text, resources: deployment.resources ?? [] };
  }

  async close(): Promise<void> {
    await this.emulator.close();
    await rm(this.folder, { recursive: true, force: true });
  }
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
