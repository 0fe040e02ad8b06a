/** `ci set-up`: sets up a bootstrap stack's CI provider, by lines to paste or with gh. */
import { resolve } from "node:path";
import type { Environment } from "../../ci/environments";
import { linesFor, withBackend } from "../../ci/next";
import type { Provider } from "../../ci/provider";
import { again, byPerson, command, run } from "../../errors/failure";
import { commandLine } from "../../errors/text";
import { askBefore } from "../ask-before";
import { requireGh, runGh } from "../ci/gh";
import { askEngine } from "../engine";
import { UsageError } from "../exit-code";
import { printData, printNote } from "../output";
import type { StackOptions } from "../target-options";

export interface CiSetUpOptions extends StackOptions {
  dryRun?: boolean;
  yes?: boolean;
  json?: boolean;
}

interface Outputs {
  provider?: Provider;
  environments?: Environment[];
}

export async function setUpCi(options: CiSetUpOptions): Promise<void> {
  const { stack, json } = options;
  const { provider, environments } = await readOutputs(options);
  const lines = linesFor(provider, environments);
  const texts = lines.map((line) => commandLine(line));
  const later = environments.filter(({ identity, variables }) => identity === "renew" && !("VAULT_URI" in variables));
  for (const { name } of later) printNote(`Environment ${name} gets no VAULT_URI yet: its stack has no vault.`);
  const runs = "github" in provider && !options.dryRun;
  if (!runs) {
    printData(texts.join("\n"), json ? { stack, lines: texts, done: false } : undefined);
    return;
  }
  await requireGh(
    byPerson("Sign it in", command("gh", "auth", "login")),
    run("Print the lines, to be pasted where it is", again("--dry-run")),
  );
  texts.forEach(printNote);
  await askBefore(options.yes);
  for (const line of lines) await runGh(line);
  printData(
    `${provider.github.repository} is set up: ${lines.length} lines were run.`,
    json ? { stack, lines: texts, done: true } : undefined,
  );
}

/** @throws UsageError with the engine's message, or if the stack is not a deployed bootstrap stack */
async function readOutputs({ stack, cwd }: CiSetUpOptions): Promise<Required<Outputs>> {
  const engine = { cwd: resolve(cwd ?? "."), environment: process.env };
  const { provider, environments } = JSON.parse(
    await askEngine(engine, "stack", "output", "--json", "--stack", stack),
  ) as Outputs;
  if (provider === undefined || environments === undefined)
    throw new UsageError(
      `Stack ${stack} is no bootstrap stack that was deployed: it has no outputs for CI (docs/ci.md).`,
    );
  const isKnown = environments.every(
    ({ identity, variables }) => identity === "renew" || "PULUMI_BACKEND_URL" in variables,
  );
  if (isKnown) return { provider, environments };
  // The stack did not create a place for the state: the state is stored where this stack's own is.
  const { url } = JSON.parse(await askEngine(engine, "whoami", "--json")) as { url: string };
  return { provider, environments: environments.map((one) => withBackend(one, url)) };
}
