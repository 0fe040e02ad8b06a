/** The throwaway stacks of a run; all their files are in its folder, so that a later run can remove them. */
import { randomBytes } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parse } from "yaml";
import { Failure, namespace, sentence } from "../../lib/errors/failure";
import { InterruptedError } from "./interruption";
import { type Programs, pulumi, pulumiData, type Ran, secureAppModel } from "./programs";
import type { Values } from "./template";

/** The program's outputs; names and ids only. */
export interface Outputs {
  applicationId: string;
  applicationObjectId: string;
  servicePrincipalObjectId: string;
  tenantId: string;
  cloud: string;
  vaultUri: string;
  refreshTokenName: string;
  /** The name of its record in the vault. */
  credential: { name: string };
  consent: { health: string };
}

/** The account that must sign in, for a program that replaces the browser. */
const signsIn = "ACCEPTANCE_SIGNS_IN";

const unasked = ["--yes", "--skip-preview", "--suppress-progress"];

export const upOf = (argv: readonly string[] = []): string[] => ["up", ...unasked, "--suppress-outputs", ...argv];

/** A state, as far as it shows what a killed engine had begun. */
interface State {
  checkpoint: {
    latest?: { pending_operations?: { type: string; resource: { type: string; inputs?: Record<string, unknown> } }[] };
  };
}

/** Everything else that a run makes goes with one of these. */
const nameIn: Readonly<Record<string, string>> = {
  "azuread:index/application:Application": "displayName",
  "azure-native:resources:ResourceGroup": "resourceGroupName",
};

/** @param file with the id of a process */
function isRunning(file: string): boolean {
  try {
    return process.kill(Number(readFileSync(file, "utf8")), 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

export class Deployment {
  /** Client id of the application that the first stack created. */
  application: string | undefined;
  /** Of the first stack, after it is deployed. */
  outputs: Outputs | undefined;

  /** False after an owed command that did not succeed. */
  hasUndone = true;

  readonly #begun = new Set<string>();

  private constructor(
    readonly folder: string,
    private readonly programs: Programs,
  ) {}

  /** @param base the folder that will contain the run's folder @param id of the run */
  static begin(base: string, id: string, programs: Programs): Deployment {
    const folder = join(base, id);
    mkdirSync(join(folder, "state"), { recursive: true });
    copyFileSync(join(programs.cwd, "Pulumi.yaml"), join(folder, "Pulumi.yaml"));
    writeFileSync(join(folder, "passphrase"), randomBytes(24).toString("base64url"), { mode: 0o600 });
    writeFileSync(join(folder, "process"), `${process.pid}`);
    return Deployment.resume(folder, programs);
  }

  /** Folders of runs whose process has ended: a run that removes everything removes its folder. */
  static ended(base: string): string[] {
    const folders = existsSync(base) ? readdirSync(base).map((name) => join(base, name)) : [];
    return folders.filter((folder) => existsSync(join(folder, "passphrase")) && !isRunning(join(folder, "process")));
  }

  /** @throws Failure when the folder is not that of a run */
  static resume(folder: string, programs: Programs): Deployment {
    const root = resolve(folder);
    const passphrase = join(root, "passphrase");
    if (!existsSync(passphrase)) {
      throw new Failure(
        "usage",
        `${root} is no folder of a run.`,
        sentence("A run that leaves something names its folder."),
      );
    }
    const own = {
      PULUMI_BACKEND_URL: pathToFileURL(join(root, "state")).href,
      PULUMI_CONFIG_PASSPHRASE: readFileSync(passphrase, "utf8"),
    };
    return new Deployment(root, { ...programs, environment: { ...programs.environment, ...own } });
  }

  /** Creates a stack with these settings, or changes the settings of an existing one. */
  async configure(stack: string, settings: Values): Promise<void> {
    const file = this.file(stack);
    if (!existsSync(file)) {
      const init = await pulumi({ ...this.programs, cwd: this.folder }, "stack", "init", stack);
      if (init.code !== 0) throw new Error(`pulumi stack init ended with exit code ${init.code}.`);
    }
    const { encryptionsalt } = parse(readFileSync(file, "utf8")) as { encryptionsalt: string };
    const config = Object.fromEntries(Object.entries(settings).map(([name, value]) => [`${namespace}:${name}`, value]));
    writeFileSync(file, JSON.stringify({ config, encryptionsalt }, null, 2));
  }

  /** A command that takes back something outside the stacks: `undo` and every removal run it, until it succeeds. */
  owes(...argv: string[]): void {
    writeFileSync(this.#debt, JSON.stringify(argv));
  }

  /** @returns the exit code of the owed command; 0 when nothing is owed */
  async undo(): Promise<number> {
    if (!existsSync(this.#debt)) return 0;
    this.hasUndone = false;
    const { code } = await this.command(...(JSON.parse(readFileSync(this.#debt, "utf8")) as string[]));
    if (code !== 0) return code;
    this.hasUndone = true;
    rmSync(this.#debt);
    return 0;
  }

  get #debt(): string {
    return join(this.folder, "undo.json");
  }

  /** Runs the engine on one of the stacks; resolves with its exit code. */
  async pulumi(stack: string, ...argv: string[]): Promise<number> {
    return (await this.ran(stack, ...argv)).code;
  }

  /** The same, with what it printed. */
  async ran(stack: string, ...argv: string[]): Promise<Ran> {
    return await pulumi(this.programs, ...argv, "--stack", stack, "--config-file", this.file(stack));
  }

  async up(stack: string, ...argv: string[]): Promise<number> {
    return (await this.ran(stack, ...upOf(argv))).code;
  }

  /** Removes the stack itself as well. */
  async destroy(stack: string, ...argv: string[]): Promise<number> {
    return await this.pulumi(stack, "destroy", ...unasked, "--remove", ...argv);
  }

  /** Runs the command in the way a script does. */
  async command(...argv: string[]): Promise<Ran> {
    return await secureAppModel(this.programs, ...argv);
  }

  /** Runs the command with a browser for a person other than the service account. */
  async commandFor(person: string, ...argv: string[]): Promise<Ran> {
    const environment = { ...this.programs.environment, [signsIn]: person };
    return await secureAppModel({ ...this.programs, environment }, ...argv);
  }

  /** Runs the command on one of the stacks. */
  async onStack(stack: string, name: string, ...argv: string[]): Promise<Ran> {
    return await this.command(name, "--stack", stack, "--config-file", this.file(stack), ...argv);
  }

  async outputsOf<Some = Outputs>(stack: string): Promise<Some> {
    const { stdout } = await pulumiData(this.programs, "stack", "output", "--json", "--stack", stack);
    return JSON.parse(stdout) as Some;
  }

  /** The types of the resources in a stack's state. */
  async typesIn(stack: string): Promise<string[]> {
    const { stdout } = await pulumiData(this.programs, "stack", "export", "--stack", stack);
    const { deployment } = JSON.parse(stdout) as { deployment: { resources: { type: string }[] } };
    return deployment.resources.map(({ type }) => type);
  }

  /** Removes all resources, the last stack first, and this folder. @returns the stacks that are not empty */
  async remove(): Promise<string[]> {
    try {
      await this.undo(); // first, because it needs the token in the vault; refused, it does not keep the rest
      for (const stack of this.#stacks().toReversed()) if (!(await this.#removed(stack))) return this.#stacks();
    } catch (error) {
      if (!(error instanceof InterruptedError)) throw error;
      return this.#stacks();
    }
    this.forget();
    return [];
  }

  /** What may be there after a removal, by name: a refused command owed it, or a killed engine was making it. */
  get unsure(): string[] {
    const consent = `the enterprise application "Acceptance ${basename(this.folder)}" in the tenant of --customer`;
    return [...this.#begun, ...(this.hasUndone ? [] : [consent])];
  }

  /** Removes this folder alone. */
  forget(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #removed(stack: string): Promise<boolean> {
    const { checkpoint } = JSON.parse(readFileSync(join(this.#states, `${stack}.json`), "utf8")) as State;
    for (const { type, resource } of checkpoint.latest?.pending_operations ?? []) {
      const name = resource.inputs?.[nameIn[resource.type] ?? ""];
      if (type === "creating" && typeof name === "string") this.#begun.add(name);
    }
    if ((await this.destroy(stack)) === 0) return true;
    // A killed engine leaves its stack locked, and its plugins may have deleted more than the state shows.
    await this.pulumi(stack, "cancel", "--yes");
    return (await this.destroy(stack)) === 0;
  }

  get #states(): string {
    return join(this.folder, "state", ".pulumi", "stacks", namespace);
  }

  #stacks(): string[] {
    const names = existsSync(this.#states) ? readdirSync(this.#states) : [];
    return names
      .filter((name) => name.endsWith(".json"))
      .map((name) => name.slice(0, -".json".length))
      .sort();
  }

  file(stack: string): string {
    return join(this.folder, `Pulumi.${stack}.yaml`);
  }
}
