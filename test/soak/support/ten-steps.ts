/** The ten steps of docs/ci.md on an embedded cloud, typed in one shell in a clone of the repository, as one person would. */
import { spawn } from "node:child_process";
import { copyFile, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { devConfiguration, type StackSettings } from "../../e2e/support/dev-configuration";
import { type Finished, finished, type Project } from "../../e2e/support/project";
import { tenSteps, withNames } from "../../support/ten-steps";
import { makeClone } from "../../transcripts/stage";

interface Names {
  repository: string;
  state: { account: string; vault: string };
}

/** Whoever types answers yes. */
const confirmed = (line: string): string => line.replace(" set-up ", " set-up --yes ");

/** A fresh clone: the folder of the bootstrap stack, with the model's settings filled in. Neither stack is there yet. */
export class Newcomer {
  private constructor(
    private readonly bootstrap: Project,
    private readonly model: Project,
    private readonly names: Names,
    private readonly environment: NodeJS.ProcessEnv,
  ) {}

  /** @param gh folder of `gh` */
  static async start(
    bootstrap: Project,
    model: Project,
    names: Names,
    settings: StackSettings,
    gh: string,
  ): Promise<Newcomer> {
    const { PULUMI_BACKEND_URL: own = "", ...environment } = bootstrap.environment;
    const clone = await makeClone(bootstrap.folder);
    const PATH = [gh, clone, environment["PATH"]].join(delimiter);
    // Whoever types answers yes.
    const answering = { ...environment, PATH, PULUMI_SKIP_CONFIRMATIONS: "true" };
    const newcomer = new Newcomer(bootstrap, model, names, answering);
    const filledIn = devConfiguration(model, model.cloud.row.name, settings);
    await writeFile(join(bootstrap.folder, `Pulumi.${model.stack}.yaml`), filledIn);
    await newcomer.type(`pulumi login '${own}'`);
    return newcomer;
  }

  /** As the page has them, with names. @param first the number of a step, which counts from 1 */
  lines(first: number, last = first): string[] {
    const { repository, state } = this.names;
    const [owner = "", name = ""] = repository.split("/");
    const named = { "<owner>": owner, "<repository>": name, "<account>": state.account, "<vault>": state.vault };
    return tenSteps()
      .slice(first - 1, last)
      .flat()
      .map((line) => withNames(line, named));
  }

  /** 2 to 4. @param settings of an embedded cloud, which a real one does not need, before the environments are guarded */
  async declare(settings: Readonly<Record<string, string>>): Promise<void> {
    const more = Object.entries(settings).map(
      ([name, value]) => `pulumi config set --path 'secure-application-model:${name}' '${value}'`,
    );
    await this.type(...this.lines(2), ...more, ...this.lines(3, 4).map(confirmed));
  }

  /** 5 to 8 as they are on this cloud: what the page has of Azure's own addresses is the embedded cloud's. */
  deployment(): string[] {
    const { authority } = this.model.cloud.origins;
    const here = { "https://login.microsoftonline.com": authority, "vault.azure.net": "127.0.0.1" };
    return this.lines(5, 8).map((line) =>
      Object.entries(here).reduce((text, [azure, own]) => text.replaceAll(azure, own), line),
    );
  }

  /** 5 to 8, with the model's state in its own folder: the embedded cloud serves no blob, and lets the engine use no key. */
  async deploy(): Promise<void> {
    const { PULUMI_BACKEND_URL: state = "" } = this.model.environment;
    const lines = this.deployment().map((line) =>
      line.replace(/azblob:\/\/[^']*/u, state).replace(/ --secrets-provider .*/u, ""),
    );
    await this.type(...lines);
    // What 9 pushes is what jobs check out.
    const file = `Pulumi.${this.model.stack}.yaml`;
    await copyFile(join(this.bootstrap.folder, file), this.model.configFile);
  }

  /** 10. */
  async setUp(): Promise<string> {
    const { text } = await this.type(...this.lines(10).map(confirmed));
    return text;
  }

  /** In one shell, one after the other. @throws Error with all that was printed, when one fails */
  private async type(...lines: readonly string[]): Promise<Finished> {
    const options = { cwd: this.bootstrap.folder, env: this.environment, stdio: "pipe" as const };
    const child = spawn("bash", ["-ec", lines.join("\n")], options);
    child.stdin.end();
    const ended = await finished(child);
    if (ended.code !== 0) throw new Error(`${lines.join("\n")}\nended with ${ended.code}:\n${ended.text}`);
    return ended;
  }
}
