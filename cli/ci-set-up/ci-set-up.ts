/** `ci set-up`: sets up a bootstrap stack's CI provider, by lines to paste or with gh. */
import { resolve } from "node:path";
import { groupLines, groupsOf } from "../../lib/ci-identities/azure-devops";
import { guardedOf } from "../../lib/ci-identities/environments";
import { guardLines, variableLines } from "../../lib/ci-identities/github";
import type { AzureDevOpsSettings, GithubSettings } from "../../lib/config/bootstrap";
import { describeModel } from "../../lib/config/model-file";
import { again, az, byPerson, type Command, Failure, pulumi, run } from "../../lib/errors/failure";
import { commandLine } from "../../lib/errors/text";
import { requireYes } from "../terminal/require-yes";
import { findGroups, ghMissing, runLine } from "./gh-and-az";
import { lookAtRepository } from "./repository";
import type { Finding } from "../report/finding";
import { type BootstrapStack, readEither } from "../engine/stack";
import { askEngine } from "../engine/engine";
import { UsageError } from "../terminal/exit-code";
import { printData, printNote } from "../terminal/output";
import type { StackOptions } from "../options/target-options";

export interface CiSetUpOptions extends StackOptions {
  dryRun?: boolean;
  yes?: boolean;
  json?: boolean;
}

/** Environments are guarded before an identity trusts them; their variables need deployed identities. */
export async function setUpCi(options: CiSetUpOptions): Promise<void> {
  const bootstrap = await bootstrapOf(options);
  const { provider } = bootstrap.settings.ci;
  const environments = bootstrap.environments && (await withBackends(bootstrap.environments, options));
  for (const { name, identity, variables } of environments ?? [])
    if (identity === "renew" && !variables["VAULT_URI"])
      printNote(`Environment ${name} gets no VAULT_URI yet: its stack has no vault.`);
  if (environments === undefined)
    printNote("The identities are not deployed yet. Run this again after the deployment: it sets their variables.");
  const { lines: commands, said } =
    "github" in provider
      ? await setUpGithub(provider.github, bootstrap, environments, options)
      : await setUpAzureDevOps(provider.azureDevOps, environments, options);
  const lines = commands.map((one) => commandLine(one));
  const done = said !== undefined && environments !== undefined;
  printData(said ?? lines.join("\n"), options.json ? { stack: options.stack, lines, done } : undefined);
}

type Environments = BootstrapStack["environments"];

interface SetUp {
  lines: readonly Command[];
  /** Instead of the lines, which were run. */
  said?: string;
}

const printLines = run("Print the commands, and run them where gh or az is", again("--dry-run"));

async function setUpGithub(
  github: GithubSettings,
  { settings, root }: BootstrapStack,
  environments: Environments,
  options: CiSetUpOptions,
): Promise<SetUp> {
  const { stack } = options;
  const { repository } = github;
  const guarded = guardedOf(settings.ci.stacks.map((entry) => describeModel(entry, root, settings)));
  const variables = environments === undefined ? [] : variableLines(github, environments);
  if (options.dryRun) {
    printNote(`${repository} was not checked: if an environment exists, these commands remove its other reviewers.`);
    return { lines: [...guardLines(github, guarded), ...variables] };
  }
  const missing = await ghMissing();
  if (missing !== undefined) throw new UsageError(missing, printLines);
  const before = await lookAtRepository(stack, github, guarded);
  requireAll(before.visibility, before.main);
  const guards = guardLines(github, before.unguarded);
  const lines = [...guards, ...variables];
  await confirm(lines, options);
  await runAll(guards);
  const after = await lookAtRepository(stack, github, guarded);
  requireAll(after.visibility, after.main, after.environments);
  await runAll(variables);
  const next = commandLine(pulumi("up", "--stack", stack));
  const said =
    environments === undefined
      ? `The environments of ${repository} are protected. Next: ${next}`
      : `${repository} is set up: ${lines.length} lines were run.`;
  return { lines, said };
}

/** Its connections, their checks and its pipelines are a person's. */
async function setUpAzureDevOps(
  azureDevOps: AzureDevOpsSettings,
  environments: Environments,
  options: CiSetUpOptions,
): Promise<SetUp> {
  const groups = groupsOf(environments ?? []);
  if (options.dryRun) return { lines: groupLines(azureDevOps, groups) };
  const extension = az("extension", "add", "--name", "azure-devops");
  const signIn = byPerson("Sign in with az, and add its extension", extension, az("login"));
  const lines = groupLines(azureDevOps, groups, await findGroups(azureDevOps, signIn, printLines));
  await confirm(lines, options);
  await runAll(lines);
  const { organization, project } = azureDevOps;
  const said =
    environments === undefined
      ? "Nothing to set up: the identities are not deployed yet."
      : `The variable groups of ${organization}/${project} are correct. Manual steps: docs/ci.md.`;
  return { lines, said };
}

async function confirm(lines: readonly Command[], { yes }: CiSetUpOptions): Promise<void> {
  for (const line of lines) printNote(commandLine(line));
  if (lines.length > 0) await requireYes(yes);
}

async function runAll(lines: readonly Command[]): Promise<void> {
  for (const line of lines) await runLine(line);
}

/** @throws Failure with the first finding that is not ok; one that was not checked is not */
function requireAll(...findings: readonly Finding[]): void {
  const wrong = findings.find(({ state }) => state !== "ok");
  if (wrong === undefined) return;
  throw new Failure("ci-unguarded", `The repository is not set up: ${wrong.what}.`, ...(wrong.fixes ?? []));
}

/** @throws UsageError with the engine's message, or if the stack is a model's; SettingsError */
async function bootstrapOf(options: CiSetUpOptions): Promise<BootstrapStack> {
  const found = await readEither(options, process.env);
  if ("bootstrap" in found) return found.bootstrap;
  throw new UsageError(`Stack ${options.stack} is not a bootstrap stack: it has no setting ci (docs/ci.md).`);
}

async function withBackends(environments: NonNullable<BootstrapStack["environments"]>, { cwd }: CiSetUpOptions) {
  const isKnown = environments.every(
    ({ identity, variables }) => identity === "renew" || "PULUMI_BACKEND_URL" in variables,
  );
  if (isKnown) return environments;
  // The stack did not create a place for the state: the state is stored where this stack's own is.
  const engine = { cwd: resolve(cwd ?? "."), environment: process.env };
  const { url } = JSON.parse(await askEngine(engine, "whoami", "--json")) as { url: string };
  return environments.map(({ variables, ...one }) => ({
    ...one,
    variables: one.identity === "renew" ? variables : { PULUMI_BACKEND_URL: url, ...variables },
  }));
}
