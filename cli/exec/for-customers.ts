/** `exec` for many customers: the command once for each, so many at once, with the output of each kept apart. */
import { createHash } from "node:crypto";
import { once } from "node:events";
import { closeSync, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { againWithout, byPerson } from "../../lib/errors/failure";
import { harmlessLine } from "../../lib/errors/harmless";
import type { Customer } from "../../lib/partner-center/customers";
import { interrupt } from "../../lib/startup/waiting";
import { overCustomers } from "../customers/over-customers";
import type { Partner } from "../customers/partner";
import { everyCustomer } from "../customers/selection";
import { CommandFailure, ExitWith } from "../terminal/exit-code";
import { printNote } from "../terminal/output";
import { runOneOf } from "../terminal/run-command";
import type { ExecOptions } from "./exec";

/** Runs the command for a customer with an identity of its own. @returns its exit code */
export type RunFor = (customer: Customer, run: (environment: NodeJS.ProcessEnv) => Promise<number>) => Promise<number>;

/** @throws ExitWith with the code of the first that failed; as overCustomers() */
export async function execForCustomers(
  partner: Partner,
  command: readonly string[],
  options: ExecOptions,
  runFor: RunFor,
): Promise<void> {
  const { all, customers: from, atOnce, output } = options;
  if (output !== undefined) mkdirSync(output, { recursive: true });
  const known = all === true ? undefined : await byTenant(partner);
  let first: number | undefined;
  const stop = () => {
    interrupt();
  };
  process.once("SIGTERM", stop);
  try {
    await overCustomers(
      partner,
      [],
      { ...options, ...(from !== undefined && { from, fromOption: "--customers" }) },
      {
        journal: { command: "exec", applicationId: partner.applicationId, grants: hashOf(command) },
        atOnce: atOnce ?? 1,
        act: async (selected) => {
          const customer = known?.get(selected.tenantId) ?? selected;
          const exitCode = await runFor(customer, (environment) => runApart(command, environment, customer, output));
          if (exitCode === 0) return { outcome: "ok" };
          first ??= exitCode;
          throw new CommandFailure(exitCode, {
            what: `The command ended with ${exitCode} for customer ${customer.tenantId}.`,
            fixes: [byPerson("See what it printed, and run it again there", again(options, customer))],
          });
        },
        words: () => "",
        print: (text, json) => {
          printNote(json === undefined ? text : JSON.stringify(json));
        },
      },
    );
  } catch (error) {
    throw error instanceof ExitWith && first !== undefined ? new ExitWith(first) : error;
  } finally {
    process.off("SIGTERM", stop);
  }
}

const again = ({ all }: ExecOptions, { tenantId }: Customer) =>
  againWithout(all === true ? "--all" : "--customers", "--tenant", tenantId);

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
    const files = ["out", "err"].map((kind) => openSync(join(folder, `${tenantId}.${kind}`), "w", 0o600));
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

/** Line by line, as fast as it is read: no output piles up in memory. */
async function passOn(from: Readable, to: NodeJS.WriteStream, begin: string): Promise<void> {
  for await (const line of createInterface({ input: from })) {
    if (!to.write(`${begin}${line}\n`)) await once(to, "drain");
  }
}
