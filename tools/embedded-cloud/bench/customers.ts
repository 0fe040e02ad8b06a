/** `customers consent --all` for thousands: how much of Partner Center's limit it uses, and its memory. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { administration } from "./fleet";
import { type Command, lifeOf } from "./measure";
import type { Stage } from "./stage";

export interface CustomerFigures {
  /** The used share of the limit, 1 for all of it. */
  spent: number;
  /** Requests that were refused because of the rate. */
  refused: number;
  /** Peak of memory for 10,000 customers and for 1,000, in megabytes. */
  megabytes: [number, number];
}

/** Ten times Partner Center's own limit, with which a run would take three minutes. */
export const perSecond = 500;

interface Summary {
  outcomes: { consented: number };
  seconds: number;
  requests: { refused: number };
}

export async function measureCustomers(stage: Stage): Promise<CustomerFigures> {
  const few = await consentToAll(stage, 1000);
  const many = await consentToAll(stage, 10_000);
  const { outcomes, seconds, requests } = many.summary;
  return {
    spent: outcomes.consented / seconds / perSecond,
    refused: requests.refused,
    megabytes: [many.megabytes, few.megabytes],
  };
}

async function consentToAll(stage: Stage, customers: number): Promise<{ summary: Summary; megabytes: number }> {
  const ask = await administration(stage);
  await ask("POST", "/_admin/partner-center", { requestsPerSecond: perSecond, generatedCustomers: customers });
  const { repository, workDirectory, env, vaultUri } = stage;
  const main = join(repository, "bin", "cli", "main.js");
  const files = ["--failures", join(workDirectory, "customers.failures.csv")];
  const command: Command = {
    command: process.execPath,
    argv: [main, "customers", "consent", "--all", "--rate", String(perSecond), "--json", ...files],
    cwd: repository,
    env: { ...env, SECURE_APP_MODEL_VAULT: vaultUri.replace(/\/$/u, "") },
  };
  let summary: Summary | undefined;
  const run = async ({ command: program, argv, ...place }: Command) => {
    const { stdout } = await promisify(execFile)(program, [...argv], place);
    summary = JSON.parse(stdout) as Summary;
  };
  const { megabytes } = await lifeOf(command, join(workDirectory, "records"), (argv) => argv.includes("consent"), run);
  if (summary === undefined) throw new Error("The command printed nothing.");
  return { summary, megabytes };
}
