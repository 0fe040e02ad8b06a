/** Runs `npm run acceptance` as a user would, on its own embedded cloud. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { Readable } from "node:stream";
import type { CloudName, Emulator } from "../../../tools/embedded-cloud/testing/emulator";
import type { StackSettings } from "../../e2e/support/dev-configuration";
import { type Finished, finished, Project, repository, startEmulator } from "../../e2e/support/project";
import { permit } from "../../e2e/support/deployer";

/** Folder of the runs' files. */
const runs = join(repository, ".local", "acceptance");

export class Acceptance {
  private constructor(
    readonly emulator: Emulator,
    readonly project: Project,
    readonly browser: string,
  ) {}

  /**
   * @param cloud default: the US Government one, because most other tests of consents and grants use the global one
   * @param settings of the stack that a run goes by, over those of stack dev
   */
  static async start(cloud: CloudName = "AzureUSGovernment", settings: StackSettings = {}): Promise<Acceptance> {
    const emulator = await startEmulator(["AzureCloud", "AzureUSGovernment"]);
    const project = await Project.start({ emulator, cloud, settings });
    permit(project, project.seeds.deployer.servicePrincipalId, [
      "User.RevokeSessions.All",
      "AppRoleAssignment.ReadWrite.All",
    ]);
    const { BROWSER = "" } = project.environment;
    const browser = join(project.folder, "browser");
    // Unless another account is named, the robot signs in as the service account.
    const who = `[ -z "$ACCEPTANCE_SIGNS_IN" ] || export SIGN_IN_ROBOT_ACCOUNT="$ACCEPTANCE_SIGNS_IN"`;
    writeFileSync(browser, `#!/bin/sh\n${who}\nexec '${BROWSER}' "$@"\n`, { mode: 0o755 });
    return new Acceptance(emulator, project, browser);
  }

  async close(): Promise<void> {
    await this.project.close();
    await this.emulator.close();
  }

  /** Over the stack's own, for runs that start from then on. */
  readonly environment: NodeJS.ProcessEnv = {};

  /** The options for a run of every check: each sign-in, and whoever else is at a browser or agreed. */
  get everything(): string[] {
    const { users, customers } = this.project.seeds;
    const people = ["--administrator", users.administrator.userPrincipalName, "--customer", customers[0]?.id ?? ""];
    return [...this.stack, ...this.other, ...people, "--every-sign-in", "--yes"];
  }

  /** The options for the other cloud. */
  get other(): string[] {
    const name = this.project.cloud.row.name === "AzureCloud" ? "AzureUSGovernment" : "AzureCloud";
    const authority = this.emulator.clouds.get(name)?.origins.authority ?? "";
    return ["--other-cloud", name, "--other-authority", authority];
  }

  /** The options for its stack. */
  get stack(): string[] {
    return ["--stack", "dev", "--config-file", this.project.configFile];
  }

  spawn(...argv: string[]): ChildProcessByStdio<null, Readable, Readable> {
    const environment = { ...this.project.environment, ...this.environment };
    const standIns = join(repository, "test", "acceptance", "support");
    return spawn(process.execPath, [join(repository, "bin", "tools", "acceptance", "main.js"), ...argv], {
      cwd: repository,
      env: { ...environment, BROWSER: this.browser, PATH: `${standIns}${delimiter}${environment["PATH"] ?? ""}` },
      stdio: ["ignore", "pipe", "pipe"],
    });
  }

  async run(...argv: string[]): Promise<Finished> {
    return await finished(this.spawn(...argv));
  }

  /** Folders of runs that left something, of any process. */
  left(): string[] {
    return existsSync(runs) ? readdirSync(runs).map((name) => join(runs, name)) : [];
  }
}
