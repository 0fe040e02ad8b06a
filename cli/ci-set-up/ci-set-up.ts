/** `ci set-up`: sets up the repository of a bootstrap stack's jobs, by lines to paste or with gh. */
import type { Environment, Guarded } from "../../lib/ci-identities/environments";
import { guardLines, variableLines } from "../../lib/ci-identities/github";
import { Failure, pulumi, run } from "../../lib/errors/failure";
import { commandLine } from "../../lib/errors/text";
import { requireYes } from "../terminal/require-yes";
import { forbiddenEvents } from "./actions-policies";
import { runLine } from "./gh";
import { guardedBy, lookAtRepository } from "./repository";
import type { Finding } from "../report/finding";
import { type BootstrapStack, readEither } from "../engine/stack";
import { UsageError } from "../terminal/exit-code";
import { printData, printNote } from "../terminal/output";
import type { StackOptions } from "../options/target-options";

export interface CiSetUpOptions extends StackOptions {
  dryRun?: boolean;
  yes?: boolean;
}

/** Environments are guarded before an identity trusts them; their variables need deployed identities. */
export async function setUpCi(options: CiSetUpOptions): Promise<void> {
  const { stack, dryRun, yes } = options;
  const bootstrap = await bootstrapOf(options);
  const { environments } = bootstrap;
  const { provider } = bootstrap.settings.ci;
  if (!("github" in provider)) {
    const addresses = run("Print the addresses", pulumi("stack", "output", "environments", "--stack", stack));
    throw new UsageError("Azure Pipelines is set up by hand: docs/ci.md says how.", addresses);
  }
  const { github } = provider;
  const { repository } = github;
  const guarded = guardedBy(bootstrap);
  if (environments === undefined)
    printNote("The identities are not deployed yet. Run this again after the deployment: it sets their variables.");
  const variables = environments === undefined ? [] : variableLines(github, namedIn(guarded, environments));
  if (dryRun) {
    printNote(`${repository} was not checked: if an environment exists, these commands remove its other reviewers.`);
    const all = [...guardLines(github, guarded), ...variables];
    printData(all.map((one) => commandLine(one)).join("\n"), undefined);
    return;
  }
  const before = await lookAtRepository(bootstrap, github, guarded);
  requireAll(before.visibility, before.main);
  for (const said of await forbiddenEvents(repository)) printNote(said);
  const guards = guardLines(github, before.missing);
  const lines = [...guards, ...variables];
  for (const line of lines) printNote(commandLine(line));
  if (lines.length > 0) await requireYes(yes);
  for (const line of guards) await runLine(line);
  const after = await lookAtRepository(bootstrap, github, guarded);
  requireAll(after.visibility, after.main, after.environments);
  for (const line of variables) await runLine(line);
  const next = commandLine(pulumi("up", "--stack", stack));
  const guardedOnly = `The environments of ${repository} are protected. Next: ${next}`;
  const all = `${repository} is set up: ${lines.length} lines were run.`;
  printData(environments === undefined ? guardedOnly : all, undefined);
}

/** Only environments in the settings get variables: anybody who can write the state can add others there. */
function namedIn(guarded: readonly Guarded[], environments: readonly Environment[]): Environment[] {
  return environments.filter(({ name, variables }) => {
    const one = guarded.find((each) => each.name === name);
    if (one?.identity === "renew" && !variables["VAULT_URI"])
      printNote(`Environment ${name} gets no VAULT_URI yet: its stack has no vault.`);
    if (one === undefined) printNote(`Environment ${name} is not of the settings, and gets no variables.`);
    return one !== undefined;
  });
}

/** @throws Failure with the first finding that is not ok; one that was not checked is not */
function requireAll(...findings: readonly Finding[]): void {
  const wrong = findings.find(({ state }) => state !== "ok");
  if (wrong === undefined) return;
  throw new Failure("ci-unguarded", `The repository is not set up: ${wrong.what}.`, ...(wrong.fixes ?? []));
}

/** @throws UsageError with the engine's message, or if the stack is a model's; SettingsError */
async function bootstrapOf(options: CiSetUpOptions): Promise<BootstrapStack> {
  const stack = await readEither(options, process.env);
  if ("bootstrap" in stack) return stack.bootstrap;
  throw new UsageError(`Stack ${options.stack} is not a bootstrap stack: it has no setting ci (docs/ci.md).`);
}
