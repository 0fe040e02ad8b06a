/** `ci set-up`: sets up a bootstrap stack's CI provider, by lines to paste or with gh. */
import { resolve } from "node:path";
import { guardedOf } from "../../ci/environments";
import { guardLines, variableLines } from "../../ci/github";
import { linesFor, withBackend } from "../../ci/next";
import { describeModel } from "../../config/model-file";
import { again, byPerson, type Command, command, Failure, pulumi, run } from "../../errors/failure";
import { commandLine } from "../../errors/text";
import { askBefore } from "../ask-before";
import { requireGh, runGh } from "../ci/gh";
import { lookAtRepository } from "../ci/repository";
import type { Finding } from "../doctor/check";
import { type BootstrapStack, readEither } from "../doctor/stack";
import { askEngine } from "../engine";
import { UsageError } from "../exit-code";
import { printData, printNote } from "../output";
import type { StackOptions } from "../target-options";

export interface CiSetUpOptions extends StackOptions {
  dryRun?: boolean;
  yes?: boolean;
  json?: boolean;
}

/**
 * The environments come from the settings, so that they are guarded before an identity trusts them; their variables, and the jobs with them,
 * once the identities are deployed.
 */
export async function setUpCi(options: CiSetUpOptions): Promise<void> {
  const { stack, json } = options;
  const { settings, root, environments: deployed } = await bootstrapOf(options);
  const { provider, stacks } = settings.ci;
  const guarded = guardedOf(stacks.map((entry) => describeModel(entry, root, settings)));
  const environments = deployed && (await withBackends(deployed, options));
  const later = (environments ?? []).filter(
    ({ identity, variables }) => identity === "renew" && !variables["VAULT_URI"],
  );
  for (const { name } of later) printNote(`Environment ${name} gets no VAULT_URI yet: its stack has no vault.`);
  if (environments === undefined)
    printNote("The identities are not deployed yet: their variables come when this is run again after that.");
  if (!("github" in provider) || options.dryRun) {
    const texts = linesFor(provider, guarded, environments).map((line) => commandLine(line));
    printData(texts.join("\n"), json ? { stack, lines: texts, done: false } : undefined);
    return;
  }
  const { github } = provider;
  await requireGh(
    byPerson("Sign it in", command("gh", "auth", "login")),
    run("Print the lines, to be pasted where it is", again("--dry-run")),
  );
  const { visibility, main, unguarded } = await lookAtRepository(stack, github, guarded);
  requireAll(visibility, main);
  const missing = guarded.filter(({ name }) => unguarded.includes(name));
  const guards = guardLines(github, missing);
  const variables = environments === undefined ? [] : variableLines(github, environments);
  const texts = [...guards, ...variables].map((line) => commandLine(line));
  texts.forEach(printNote);
  await askBefore(options.yes);
  await runAll(guards);
  requireAll((await lookAtRepository(stack, github, guarded)).environments);
  await runAll(variables);
  const { repository } = github;
  const next = commandLine(pulumi("up", "--stack", stack));
  printData(
    environments === undefined
      ? `The environments of ${repository} are guarded. Next: ${next}`
      : `${repository} is set up: ${texts.length} lines were run.`,
    json ? { stack, lines: texts, done: environments !== undefined } : undefined,
  );
}

async function runAll(lines: readonly Command[]): Promise<void> {
  for (const line of lines) await runGh(line);
}

/** @throws Failure where one is not ok: what could not be looked at is not */
function requireAll(...findings: readonly Finding[]): void {
  const wrong = findings.find(({ state }) => state !== "ok");
  if (wrong === undefined) return;
  throw new Failure("ci-unguarded", `The repository is not set up: ${wrong.found}.`, ...(wrong.fixes ?? []));
}

/** @throws UsageError with the engine's message, or if the stack is a model's; SettingsError */
async function bootstrapOf(options: CiSetUpOptions): Promise<BootstrapStack> {
  const found = await readEither(options, process.env);
  if ("bootstrap" in found) return found.bootstrap;
  throw new UsageError(`Stack ${options.stack} is no bootstrap stack: it has no setting ci (docs/ci.md).`);
}

async function withBackends(environments: NonNullable<BootstrapStack["environments"]>, { cwd }: CiSetUpOptions) {
  const isKnown = environments.every(
    ({ identity, variables }) => identity === "renew" || "PULUMI_BACKEND_URL" in variables,
  );
  if (isKnown) return environments;
  // The stack did not create a place for the state: the state is stored where this stack's own is.
  const engine = { cwd: resolve(cwd ?? "."), environment: process.env };
  const { url } = JSON.parse(await askEngine(engine, "whoami", "--json")) as { url: string };
  return environments.map((one) => withBackend(one, url));
}
