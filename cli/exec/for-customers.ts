/** `exec` for many customers: the command once for each, so many at once, with the output of each kept apart. */
import { createHash } from "node:crypto";
import { once } from "node:events";
import { closeSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { again, byPerson, sentence } from "../../lib/errors/failure";
import { harmlessLine } from "../../lib/errors/harmless";
import type { Customer } from "../../lib/partner-center/customers";
import { overCustomers, type Work } from "../customers/over-customers";
import { type Partner, partnerOf } from "../customers/partner";
import { redeemerFor } from "../customers/consent-one";
import { everyCustomer } from "../customers/selection";
import { graphSource, noCustomer } from "../customers/source";
import { CommandFailure, exitCodes, ExitWith, UsageError } from "../terminal/exit-code";
import { exitCodeOf } from "../terminal/failure";
import { endingAlike } from "../terminal/interruption";
import { forRunner, printNote } from "../terminal/output";
import { runOneOf } from "../terminal/run-command";
import { isLink, openNew } from "../terminal/whole-file";
import { type ExecOptions, handingOf, requireDashes, type RunFor, withIdentities } from "./exec";

export async function execForCustomers(command: string[], options: ExecOptions): Promise<void> {
  requireDashes(process.argv.slice(2), command);
  requireOneWay(options);
  const { handing } = handingOf(options);
  const partner = await partnerOf(options);
  await withIdentities(partner, redeemerFor(partner), handing, (runFor) =>
    execForEach(partner, command, options, runFor),
  );
}

/** @throws UsageError */
function requireOneWay({ tenant, customers, all }: ExecOptions): void {
  const ways = [tenant, customers, all].filter((one) => one !== undefined);
  if (ways.length === 1) return;
  throw new UsageError("--tenant, --customers and --all exclude each other.", sentence("Give one of them."));
}

/** @throws ExitWith with the code of the first that failed; as overCustomers() */
async function execForEach(
  partner: Partner,
  command: readonly string[],
  options: ExecOptions,
  runFor: RunFor,
): Promise<void> {
  const { all, customers: from, atOnce, output, dryRun } = options;
  if (output !== undefined && dryRun !== true) makeFolder(output);
  const known = all === true || from === graphSource ? undefined : await byTenant(partner);
  let first: number | undefined;
  const runIn = async (selected: Customer) => {
    const customer = known === undefined ? selected : customerIn(known, selected);
    const { exitCode, refusal } = await runFor(customer, (environment) =>
      runApart(command, environment, customer, output),
    );
    if (refusal !== undefined) throw refusal;
    if (exitCode !== 0) throw commandFailure(exitCode, customer, command);
    return { outcome: "ok" };
  };
  const work: Work = {
    command: "exec",
    hash: hashOf(command),
    atOnce: atOnce ?? 1,
    act: async (customer) =>
      await runIn(customer).catch((error: unknown) => {
        first ??= error instanceof CommandFailure ? error.exitCode : exitCodeOf(error);
        throw error;
      }),
    words: () => "",
    would: "run the command",
    keepsDone: true,
    print: (text, json) => {
      printNote(json === undefined ? text : JSON.stringify(json));
    },
  };
  const selection = from === undefined ? options : { ...options, from, fromOption: "--customers" };
  try {
    // No more are started, and what runs gets the signal and ends with its tokens.
    await endingAlike(() => overCustomers(partner, [], selection, work));
  } catch (error) {
    const isOver = error instanceof ExitWith && error.exitCode !== exitCodes.interrupted;
    throw isOver && first !== undefined ? new ExitWith(first) : error;
  }
}

const another = sentence("Name another one.");

function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    const { code = "unknown" } = error as NodeJS.ErrnoException;
    throw new UsageError(`--output ${path} cannot be a folder (${code}).`, another);
  }
  if (isLink(path)) throw new UsageError(`--output ${path} is a link, which is not followed.`, another);
}

/** @throws CustomerError for the partner itself, or a tenant that is no customer's */
function customerIn(known: ReadonlyMap<string, Customer>, { tenantId }: Customer): Customer {
  const customer = known.get(tenantId.toLowerCase());
  if (customer !== undefined) return customer;
  throw noCustomer(tenantId);
}

/** Options that are left out when the command is repeated for one customer. */
const optionsForMany = ["--all", "--customers", "--at-once", "--output", "--failures"];

function commandFailure(exitCode: number, { tenantId }: Customer, command: readonly string[]) {
  const once = "See what it printed, and run it again there";
  // A command with control characters cannot be printed on one line.
  const isLine = command.every((word) => harmlessLine(word) === word);
  const alone = { ...again("--tenant", tenantId), without: optionsForMany };
  return new CommandFailure(exitCode, {
    what: `The command ended with ${exitCode} for customer ${tenantId}.`,
    fixes: [isLine ? byPerson(once, alone) : sentence(`${once}, for that tenant alone.`)],
  });
}

/** A file names a customer by one of its names, and a command gets all of them. */
async function byTenant(partner: Partner): Promise<Map<string, Customer>> {
  return new Map((await everyCustomer(partner)).map((one) => [one.tenantId.toLowerCase(), one]));
}

const hashOf = (command: readonly string[]): string =>
  createHash("sha256").update(JSON.stringify(command)).digest("hex");

/** @param folder for two files a customer; undefined: each line begins with the customer's domain */
async function runApart(
  command: readonly string[],
  environment: NodeJS.ProcessEnv,
  { tenantId, domain }: Customer,
  folder: string | undefined,
): Promise<number> {
  if (folder !== undefined) {
    const files = ["out", "err"].map((kind) => openNew(join(folder, `${tenantId}.${kind}`)));
    try {
      return await runOneOf(command, environment, ["ignore", ...files]);
    } finally {
      files.forEach(closeSync);
    }
  }
  const begin = `${harmlessLine(domain === "" ? tenantId : domain)}: `;
  const passed: Promise<void>[] = [];
  const exitCode = await runOneOf(command, environment, ["ignore", "pipe", "pipe"], ({ stdout, stderr }) => {
    if (stdout !== null) passed.push(passOn(stdout, process.stdout, begin));
    if (stderr !== null) passed.push(passOn(stderr, process.stderr, begin));
  });
  await Promise.all(passed);
  return exitCode;
}

/** Characters of a line that are passed on before its end. */
const longestLine = 64_000;

/** Copies output at the reader's speed, so that none piles up in memory; to its end, even without a reader. */
async function passOn(from: Readable, to: NodeJS.WriteStream, begin: string): Promise<void> {
  const write = async (lines: readonly string[]) => {
    if (lines.length === 0 || to.destroyed || to.errored !== null) return;
    if (!to.write(forRunner(lines.map((line) => `${begin}${line}\n`).join(""))))
      await once(to, "drain").catch(() => undefined);
  };
  let rest = "";
  try {
    for await (const piece of from.setEncoding("utf8") as AsyncIterable<string>) {
      const lines = `${rest}${piece}`.split("\n");
      rest = lines.pop() ?? "";
      if (rest.length > longestLine) {
        lines.push(rest);
        rest = "";
      }
      await write(lines);
    }
  } catch {
    // What a process that was left behind would still print is not waited for.
  }
  if (rest !== "") await write([rest]);
}
