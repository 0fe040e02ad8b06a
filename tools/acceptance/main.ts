/** `npm run acceptance`: checks the documents and the embedded cloud against a real tenant. */
import { randomInt } from "node:crypto";
import { readFileSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { createInterface } from "node:readline/promises";
import { clouds } from "../../lib/config/clouds";
import { command, Failure, type Fix, partsOf, run, sentence } from "../../lib/errors/failure";
import { fixText, textOf } from "../../lib/errors/text";
import "../../lib/startup/print-here";
import { now } from "../../lib/startup/clock";
import { durationOf } from "../../lib/startup/waiting";
import { printedIn } from "./answers";
import type { Check, Finding, Need } from "./check";
import { checks } from "./all-checks";
import { firstStack, settingsOf } from "./checks/application";
import { twoCustomers } from "./checks/customers";
import { Deployment } from "./deployment";
import { interruptedExitCode, Interruption } from "./interruption";
import { type Met, needLines, needsMet, possible, signInsOf } from "./needs";
import { type Options, optionsOf, usage } from "./options";
import type { Redaction } from "./redaction";
import { type Report, settledIn, summaryOf, writeReport } from "./report";
import { runChecks } from "./run";
import { readTemplate } from "./template";
import { type World, worldOf } from "./world";

const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** Ten letters and digits: part of names that are unique in a whole cloud. */
const newId = (): string => Array.from({ length: 10 }, () => randomInt(36).toString(36)).join("");

const runsIn = (cwd: string): string => join(cwd, ".local", "acceptance");

const cleanUpOf = (folder: string) =>
  run("Remove it", command("npm", "run", "acceptance", "--", "--clean-up", relative(process.cwd(), folder)));

function tellOlder(folders: readonly string[]): void {
  for (const folder of folders)
    say(`The run ${basename(folder)} ended and left something. ${fixText(cleanUpOf(folder))}\n`);
}

function chosen({ only }: Options): readonly Check[] {
  if (only === undefined) return checks;
  const unknown = only.filter((id) => !checks.some((check) => check.id === id));
  if (unknown.length > 0)
    throw new Failure(
      "usage",
      `There is no check ${unknown.join(", ")}.`,
      run("See all", command("npm", "run", "acceptance", "--", "--list")),
    );
  const wanted = checks.filter(({ id }) => only.includes(id));
  const needed = new Set(wanted.flatMap(({ needs }) => needs));
  const alsoRuns = [
    ...(needed.has("application") ? ["deployment-without-a-grant"] : []),
    ...(needed.has("deployment") ? ["deployment", "destroy"] : []),
  ];
  return checks.filter(({ id }) => only.includes(id) || alsoRuns.includes(id));
}

/** The text about a run's needs, what it creates, and what stays afterwards. */
function announcement({ id, settings }: Pick<World, "id" | "settings">, all: readonly Check[], met: Met): string {
  const { account = "the service account" } = settings.consent;
  const needs = needLines(all, met, account);
  if (!makes(all)) return [`These ${all.length} checks only read.`, ...needs].join("\n");
  const signIns = signInsOf(all, met);
  const has = (check: string) => possible(all, met).some(({ id: one }) => one === check);
  const hasLog = has("vault-diagnostics");
  const besides = [
    ...(has("vault-of-the-new-version") ? [`the vault role-${id}`] : []),
    ...(hasLog ? [`the vault log-${id}`, `the Log Analytics workspace acceptance-${id}`] : []),
  ];
  const reading = all.filter(({ effect }) => effect === "reads").length;
  return `${reading} checks only read; ${all.length - reading} make something and remove it again.
It needs (✓ there, – not there, ? not known yet)
  ✓ the rights of a deployer with adminConsent (docs/runbook.md), which doctor checked
${signIns === undefined ? "" : `  ? ${account} at a browser, ${signIns}, with multi-factor authentication: asked for by Conditional Access, or without that by security defaults\n`}${needs.join("\n")}
It makes, and removes at the end
  - the application "Acceptance ${id}" with its service principal and credentials, and for a while those of CI's identities
  - the resource group acceptance-${id} with the vault acceptance-${id}, in it a refresh token of that account${besides.length === 0 ? "" : `\n  - in that group for a while ${besides.join(", ")}`}${has("stolen-token") ? endsSessions(account) : ""}
What stays: the deleted vault${besides.length === 0 ? "" : "s"} for 7 days, and the deleted applications for 30, as they can be recovered for so long${hasLog ? "; the deleted workspace for 14; Microsoft.OperationalInsights and Microsoft.Insights registered in the subscription" : ""}.
Errors on the way are part of the checks. Act only on a line that begins with "Sign in": the result is at the end.`;
}

const endsSessions = (account: string): string => `
It ends, if it has the right to
  - every session of ${account}, by the check stolen-token: no refresh token of it works afterwards, nor that of the stack itself, which then needs a consent again`;

const makes = (all: readonly Check[]): boolean => all.some(({ effect }) => effect === "changes");

/** Refuses what a deployment would refuse, by the users' own command for it. It creates only the run's folder. */
async function requireDeployable(world: World): Promise<void> {
  await world.deployment.configure(firstStack, settingsOf(world));
  const { stdout } = await world.deployment.onStack(firstStack, "doctor", "--json");
  const looked = (printedIn(stdout) ?? []) as Looked[];
  const failed = looked.filter(({ state }) => state === "failed");
  if (failed.length === 0 && looked.length > 0) return;
  throw new Failure(
    "acceptance",
    `The run's stack cannot be deployed: ${failed.map(({ name, what }) => `${name}: ${what}`).join("; ") || "doctor could not look"}.`,
    ...failed.flatMap(({ fixes }) => fixes.map(fixOf)),
  );
}

interface Looked {
  name: string;
  state: string;
  what: string;
  fixes: { text: string; commands: { line: string }[] }[];
}

const fixOf = ({ text, commands }: Looked["fixes"][number]): Fix =>
  sentence(commands.length === 0 ? text : `${text}: ${commands.map(({ line }) => line).join(", then ")}`);

async function agreed(question: string, { yes }: Options): Promise<boolean> {
  say(question);
  if (yes) return true;
  if (!process.stdin.isTTY) {
    throw new Failure(
      "usage",
      "There is no terminal to confirm at.",
      run("Confirm with --yes", command("npm", "run", "acceptance", "--", "--stack", "<stack>", "--yes")),
    );
  }
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await lines.question("Continue? (y/N) ");
  lines.close();
  return /^y(es)?$/iu.test(answer.trim());
}

const signs = { confirmed: "✓", differed: "✗", skipped: "–" };

function tell({ id, outcome, reason, expected, found }: Finding): void {
  say(`${signs[outcome]} ${id}${reason === undefined ? "" : `: ${reason}`}`);
  if (outcome === "differed") say(`    promised ${JSON.stringify(expected)}\n    answered ${JSON.stringify(found)}`);
}

/** Removes what is still there. @returns what is left and the command for it; undefined when nothing is */
async function remove(deployment: Deployment): Promise<string | undefined> {
  const left = await deployment.remove();
  if (left.length > 0)
    return `Stack ${left.join(", ")} still holds what was made. ${fixText(cleanUpOf(deployment.folder))}`;
  if (deployment.unsure.length === 0) return undefined;
  return `This may still be there, to be deleted by hand: ${deployment.unsure.join(", ")}.`;
}

async function acceptance(options: Options, interruption: Interruption): Promise<number> {
  const cwd = process.cwd();
  const template = readTemplate(options.configFile ?? join(cwd, `Pulumi.${options.stack ?? ""}.yaml`), cwd);
  const all = chosen(options);
  tellOlder(Deployment.ended(runsIn(cwd)));
  const start = now();
  const { world, met } = await begin(template, options, interruption);
  if (!(await isWanted(world, all, met, options))) return 0;
  const findings: Finding[] = [];
  const run = { world, has: hasIn(world, met), redaction: redactionOf(world, options), begins: say, told: tell };
  const isInterrupted = await runChecks(all, run, findings);
  if (isInterrupted) say("Stopped: removing what was made. A second signal leaves it.");
  interruption.beginCleanUp();
  const left = await remove(world.deployment);
  const version = versionOf(cwd);
  const { report = join(".local", "acceptance-reports", world.id) } = options;
  const times = { began: new Date(start).toISOString(), took: durationOf(now() - start) };
  const about = { ...times, cloud: world.cloud.name, version };
  conclude(report, { ...about, findings, ...(left === undefined ? {} : { left }) });
  if (isInterrupted) return interruptedExitCode;
  return left === undefined && findings.every(({ outcome }) => outcome !== "differed") ? 0 : 1;
}

async function begin(
  { settings, values }: ReturnType<typeof readTemplate>,
  { otherCloud, everySignIn, only, administrator, customer }: Options,
  interruption: Interruption,
): Promise<{ world: World; met: Met }> {
  const [cwd, environment, id] = [process.cwd(), process.env, newId()];
  const authority = otherCloud?.authority;
  const other = otherCloud && { ...clouds[otherCloud.name], ...(authority !== undefined && { authority }) };
  const known = await worldOf({ settings, values, id, other, environment });
  const met = await needsMet(known, { everySignIn, only, administrator, customer, environment });
  const deployment = Deployment.begin(runsIn(cwd), id, { cwd, environment, interruption });
  return { world: { ...known, deployment, administrator, customer, interruption }, met };
}

/** Whether the run can be deployed, and a person agrees to it; otherwise its folder is removed. */
async function isWanted(world: World, all: readonly Check[], met: Met, options: Options): Promise<boolean> {
  let isAgreed = false;
  try {
    if (makes(all)) await requireDeployable(world);
    isAgreed = await agreed(announcement(world, all, met), options);
    return isAgreed;
  } finally {
    if (!isAgreed) world.deployment.forget();
  }
}

const hasIn =
  (world: World, met: Met) =>
  async (need: Need): Promise<boolean> => {
    const { application, outputs } = world.deployment;
    if (need === "application") return application !== undefined;
    if (need === "deployment") return outputs !== undefined;
    if (need === "two customers") return outputs !== undefined && (await twoCustomers(world)).length === 2;
    return met[need] !== false;
  };

function redactionOf({ secrets, settings, tenantId, administrator }: World, { withNames }: Options): Redaction {
  const { account = "" } = settings.consent;
  const names = {
    [administrator ?? ""]: "<administrator>",
    [account]: "<account>",
    [account.split("@")[1] ?? ""]: "<domain>",
    [tenantId]: "<tenant>",
  };
  return { secrets, withNames, names };
}

const versionOf = (cwd: string): string =>
  (JSON.parse(readFileSync(join(cwd, "package.json"), "utf8")) as { version: string }).version;

function conclude(report: string, result: Report): void {
  say(`\n${summaryOf(result.findings)}.`);
  for (const [document, ids] of Object.entries(settledIn(result.findings)))
    say(`Marks that may go in ${document}: ${ids.join(", ")}`);
  if (result.left !== undefined) say(result.left);
  say(`Report: ${writeReport(report, result)}`);
}

const listed = ({ id, effect, needs, promise }: Check): string =>
  `${id} (${effect}${needs.length === 0 ? "" : `; needs ${needs.join(", ")}`}): ${promise}\n`;

async function cleanUp(folder: string, interruption: Interruption): Promise<number> {
  const deployment = Deployment.resume(folder, { cwd: process.cwd(), environment: process.env, interruption });
  const left = await remove(deployment);
  say(left ?? "Nothing is left.");
  return left === undefined ? 0 : 1;
}

async function main(argv: readonly string[]): Promise<number> {
  const options = optionsOf(argv);
  if (options.list) {
    process.stdout.on("error", () => undefined); // a pager that was closed
    process.stdout.write(checks.map(listed).join(""));
    return 0;
  }
  const interruption = new Interruption();
  interruption.listen();
  return options.cleanUp === undefined
    ? await acceptance(options, interruption)
    : await cleanUp(options.cleanUp, interruption);
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    const failure = partsOf(error);
    say(failure.code === "usage" ? `${failure.what}\n\n${usage}` : textOf(failure));
    process.exitCode = failure.code === "usage" ? 2 : 1;
  },
);
