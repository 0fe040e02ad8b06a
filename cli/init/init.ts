/** `init`: sets up a stack by five questions, or by options, and ends with what `doctor` finds. */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { type CloudName, cloudNames } from "../../lib/config/clouds";
import { endpointsNamed } from "../../lib/config/endpoints";
import { configurationBytes } from "../../lib/config/limits";
import { again, az, byPerson, type Command, ownCommand, pulumi, sentence } from "../../lib/errors/failure";
import { commandLine } from "../../lib/errors/text";
import { printFor } from "../../lib/errors/invocation";
import { textIn } from "../../lib/startup/bounded-file";
import { commands } from "../commands";
import { examined } from "../doctor/doctor";
import { askEngine, type Engine, haveEngine } from "../engine/engine";
import {
  cloudIn,
  namedIn,
  shortName,
  stackFile,
  type StackOptions,
  type TargetOptions,
} from "../options/target-options";
import { invocationFor } from "../options/run-options";
import { ask, canAsk } from "../terminal/ask";
import { exitCodes, UsageError } from "../terminal/exit-code";
import { printNote } from "../terminal/output";
import { printResult } from "../terminal/result";
import { readTextFile } from "../terminal/text-file";
import { writeWhole } from "../terminal/whole-file";
import { askFor, unanswered } from "./answers";
import { accountOfAz, type Place, placeOf } from "./find-out";
import type { Answers } from "./questions";
import { StackFile } from "./stack-file";

export interface InitOptions
  extends Pick<StackOptions, "stack" | "cwd">, Pick<TargetOptions, "cloud" | "endpoints" | "json">, Answers {
  from?: string;
  secretsProvider?: string;
}

export async function init(options: InitOptions): Promise<void> {
  const { stack, cwd, json = false } = options;
  const engine: Engine = { cwd: resolve(cwd ?? "."), environment: process.env };
  if (!existsSync(join(engine.cwd, "Pulumi.yaml"))) throw noProject(engine.cwd);
  const path = stackFile({ stack, ...(cwd !== undefined && { cwd }) });
  const file = await startOf(options, path, engine.cwd);
  const place = await placeIn(file, options, engine);
  const open = unanswered(file, options, place, canAsk());
  await makeStack(engine, options);
  for (const question of open) await askFor(question, file, place);
  file.requireRightBeside([]);
  file.takeKeyOf(textAt(path));
  await writeWhole(path, { name: "The stack's configuration", text: String(file), code: "configuration-not-written" });
  printNote(`The configuration of stack ${stack} is in ${path}. Checking it …\n`);
  // The fixes that follow are those of doctor.
  printFor(invocationFor(["doctor", "--stack", stack, ...(cwd === undefined ? [] : ["--cwd", cwd])], commands));
  const { document, notes, exitCode } = await examined({ stack, ...(cwd !== undefined && { cwd }), json });
  const isFine = exitCode === exitCodes.fine;
  const next = commandLine(nextFor(stack, isFine));
  const isWarned = document.some(({ state, fixes }) => state === "warning" && fixes.length > 0);
  const first = isFine && isWarned ? "what the warnings above ask for, then: " : "";
  const all = [...notes, `Next: ${first}${next}`];
  printResult({ json }, { document: { file: path, checks: document, next }, notes: all, exitCode });
}

const nextFor = (stack: string, isFine: boolean): Command =>
  isFine ? pulumi("up", "--stack", stack) : ownCommand("doctor", "--stack", stack);

const noProject = (folder: string): UsageError =>
  new UsageError(
    `There is no Pulumi.yaml in ${folder}.`,
    sentence("Make a project there with `pulumi new`, as the README does."),
    byPerson("If there is one elsewhere, name its folder", again("--cwd", "<folder of Pulumi.yaml>")),
  );

const textAt = (path: string): string => (existsSync(path) ? textIn(path, configurationBytes) : "");

/** Settings that an answer fills in: a file with one is somebody's. */
const filledIn: readonly (readonly [string, string])[] = [
  ["vault", "name"],
  ["vault", "location"],
  ["vault", "uri"],
  ["consent", "account"],
];

/** @returns the other stack's file, that of `pulumi new`, or the template @throws UsageError for one that is filled in */
async function startOf({ stack, from }: InitOptions, path: string, root: string): Promise<StackFile> {
  const text = textAt(path);
  const own = /^config:/mu.test(text) ? new StackFile(text, path, root) : undefined;
  if (own !== undefined && filledIn.some((setting) => own.text(...setting) !== ""))
    throw new UsageError(
      `Stack ${stack} has its configuration already, and init does not change it: ${path}.`,
      byPerson("Check it", ownCommand("doctor", "--stack", stack)),
      sentence("To begin again, remove that file, or name another stack."),
    );
  if (from === undefined) return own ?? new StackFile(template(), "the template", root);
  return new StackFile(await readTextFile("--from", from, configurationBytes), `--from ${from}`, root);
}

/** The template's, of the package whose bin/cli/ this file is in. */
const template = (): string =>
  textIn(join(__dirname, "..", "..", "templates", "partner", "Pulumi.global.yaml"), configurationBytes);

/** Writes where the stack is to be: what the options do not name is the login's. */
async function placeIn(file: StackFile, options: InitOptions, { cwd, environment }: Engine): Promise<Place> {
  const shown = await accountOfAz(environment);
  const other = options.from === undefined ? undefined : cloudNames.find((one) => one === file.text("cloud"));
  const named = namedIn("cloud", options, environment) ?? shown?.environmentName ?? other ?? (await askForCloud());
  const { name: cloud } = cloudIn({ ...options, cloud: named }, environment);
  file.set(["cloud"], cloud);
  const given = namedIn("endpoints", options, environment);
  if (given !== undefined) file.set(["endpoints"], isJson(given) ? JSON.parse(given) : resolve(given));
  file.requireRightBeside(["vault.name", "vault.location", "consent.account"]);
  const endpoints = file.get("endpoints");
  const hosts = typeof endpoints === "string" ? endpointsNamed(endpoints, cwd) : endpoints;
  const place = await placeOf(cloud, hosts === undefined ? undefined : JSON.stringify(hosts), shown, environment);
  const { tenantId, subscriptionId, domains } = place;
  const ids = { ...(tenantId !== undefined && { tenantId }), ...(subscriptionId !== undefined && { subscriptionId }) };
  file.insertAfter("cloud", ids, "Those of the login with which this stack was set up.");
  const [domain = "of the login"] = domains;
  printNote(
    `${cloud}, tenant ${tenantId ?? domain}${tenantId === undefined || domains.length === 0 ? "" : ` (${domain})`}, subscription ${subscriptionId ?? "of the login"}.`,
  );
  return place;
}

const isJson = (text: string): boolean => text.trimStart().startsWith("{");

/** @throws UsageError without a terminal */
async function askForCloud(): Promise<CloudName> {
  const fixes = [byPerson("Sign in", az("login")), byPerson("Or name it", again("--cloud", cloudNames[0] ?? ""))];
  if (!canAsk()) throw new UsageError("The cloud is not known: az is not signed in.", ...fixes);
  const answer = await ask(`Cloud (${cloudNames.join(", ")}): `);
  const cloud = cloudNames.find((one) => one.toLowerCase() === answer?.toLowerCase());
  if (cloud === undefined) throw new UsageError(`There is no cloud "${answer ?? ""}".`, ...fixes);
  return cloud;
}

/** Makes the stack, or selects the one that is there: commands of the engine without --stack are about it then. */
async function makeStack(engine: Engine, { stack, secretsProvider }: InitOptions): Promise<void> {
  const all = JSON.parse(await askEngine(engine, "stack", "ls", "--json")) as { name: string }[];
  const key = secretsProvider === undefined ? [] : ["--secrets-provider", secretsProvider];
  if (all.some(({ name }) => shortName(name) === shortName(stack)))
    await askEngine(engine, "stack", "select", "--stack", stack);
  else await haveEngine(engine, "stack", "init", stack, ...key);
}
