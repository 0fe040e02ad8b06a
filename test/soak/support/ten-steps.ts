/** The ten steps of docs/ci.md on an embedded cloud, typed in one shell in a clone of an empty repository, as one person would. */
import { spawn } from "node:child_process";
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { devConfiguration, type StackSettings } from "../../e2e/support/dev-configuration";
import { type Finished, finished, type Project, projectName } from "../../e2e/support/project";
import { tenSteps, withNames } from "../../support/ten-steps";
import { templateFolder } from "../../support/github/workflow";
import { writeNpm } from "../../support/npm-stand-in";

interface Names {
  repository: string;
  state: { account: string; vault: string };
}

/** As the page says what to say there. */
const inOtherCloud = (line: string): string =>
  line
    .replaceAll(/\bglobal\b/gu, "usgov")
    .replaceAll("AzureCloud", "AzureUSGovernment")
    .replaceAll("westeurope", "usgovvirginia");

/** Whoever types answers yes. */
const confirmed = (line: string): string => line.replace(" set-up ", " set-up --yes ");

/** The folder of the bootstrap stack, with the model's settings filled in. Neither stack is there yet. */
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
    const npm = join(bootstrap.folder, "npm");
    await mkdir(npm);
    await writeNpm(npm);
    const command = join(bootstrap.folder, "node_modules", ".bin");
    const PATH = [gh, npm, command, environment["PATH"]].join(delimiter);
    // Whoever types answers yes.
    const answering = { ...environment, PATH, PULUMI_SKIP_CONFIRMATIONS: "true" };
    const newcomer = new Newcomer(bootstrap, model, names, answering);
    const filledIn = devConfiguration(model, model.cloud.row.name, settings);
    await newcomer.type(`pulumi login '${own}'`, ...newcomer.making());
    await writeFile(join(bootstrap.folder, `Pulumi.${model.stack}.yaml`), filledIn);
    return newcomer;
  }

  /** As the page has them, with names. @param first the number of a step, which counts from 1 */
  lines(first: number, last = first): string[] {
    const { repository, state } = this.names;
    const [owner = "", name = ""] = repository.split("/");
    const named = { "<owner>": owner, "<repository>": name, "<account>": state.account, "<vault>": state.vault };
    const { name: cloud } = this.model.cloud.row;
    return tenSteps()
      .slice(first - 1, last)
      .flat()
      .map((line) => withNames(line, named))
      .map((line) => (cloud === "AzureCloud" ? line : inOtherCloud(line)));
  }

  /** 1, before the sign-in to Azure: from this repository, and of the name that a test's state has. */
  private making(): string[] {
    return this.lines(1)
      .filter((line) => !line.startsWith("az "))
      .map((line) =>
        line.replace(/https:\S+/u, templateFolder).replace("--name partner", `--name ${projectName} --offline`),
      );
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
  async deploy(next: readonly string[]): Promise<void> {
    const { PULUMI_BACKEND_URL: state = "" } = this.model.environment;
    const lines = next.map((line) => line.replace(/azblob:\/\/[^']*/u, state).replace(/ --secrets-provider .*/u, ""));
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
