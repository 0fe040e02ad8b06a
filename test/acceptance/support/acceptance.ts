/** Runs `npm run acceptance` as a user would, on its own embedded cloud. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { Readable } from "node:stream";
import type { Emulator } from "../../../embedded-cloud/emulator/emulator";
import { type Finished, finished, Project, repository, startEmulator } from "../../e2e/support/project";
import { letRevokeSessions } from "../../e2e/support/sessions-right";

/** Folder of the runs' files. */
const runs = join(repository, ".local", "acceptance");

export class Acceptance {
  private constructor(
    readonly emulator: Emulator,
    readonly project: Project,
    readonly browser: string,
  ) {}

  /** In the US Government cloud, because most other tests of consents and grants use the global one. */
  static async start(): Promise<Acceptance> {
    const emulator = await startEmulator(["AzureCloud", "AzureUSGovernment"]);
    const project = await Project.start({ emulator, cloud: "AzureUSGovernment" });
    letRevokeSessions(project);
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

  /** The options for its stack. */
  get stack(): string[] {
    return ["--stack", "dev", "--config-file", this.project.configFile];
  }

  spawn(...argv: string[]): ChildProcessByStdio<null, Readable, Readable> {
    const { environment } = this.project;
    const standIns = join(repository, "test", "acceptance", "support");
    return spawn(process.execPath, [join(repository, "bin", "acceptance", "main.js"), ...argv], {
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
