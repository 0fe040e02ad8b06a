/** Thousands of tokens in one vault: `status` of 1,000 and of 3,000, `renew` of 500 singly and 8 at once. */
import { readFile } from "node:fs/promises";
import { request } from "node:https";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { alternately, type Command, type Life, lifeOf, middle, time } from "./measure";
import type { Stage } from "./stage";

export interface FleetFigures {
  /** `status` of 3,000 and of 1,000 tokens, taking turns. */
  status: { of3000: Life; of1000: Life };
  /** Requests to the vault for each of 3,000 tokens. */
  requestsPerToken: number;
  /** Milliseconds. */
  renew: { oneByOne: number; eightAtOnce: number };
}

/** How many have a real tenant, so that their tokens can be redeemed. */
const redeemable = 500;

/** Milliseconds of each request: without latency only the shared processor would be measured. */
const latency = 20;

const rounds = 5;

export async function measureFleet(stage: Stage): Promise<FleetFigures> {
  const ask = await administration(stage);
  const tags = await tagsOf(stage, ask);
  const fill = (count: number, isRedeemable: boolean) =>
    ask("POST", "/_admin/vaults/bench-tokens/partners", {
      count,
      redeemable: isRedeemable,
      application: tags["application"],
      age: 3600,
      tags,
    });
  const env = { ...stage.env, SECURE_APP_MODEL_VAULT: stage.vaultUri.replace(/\/$/u, "") };
  const main = join(stage.repository, "bin", "cli", "main.js");
  const command = (...argv: string[]): Command => ({
    command: process.execPath,
    argv: [main, ...argv],
    cwd: stage.repository,
    env,
  });

  let requests = 0;
  const status = async (count: number) => {
    await fill(count, false);
    await ask("DELETE", "/_admin/requests");
    const records = join(stage.workDirectory, "records");
    const life = await lifeOf(command("status", "--json-lines"), records, () => true);
    requests = await vaultRequests(ask);
    return life;
  };
  const [of1000, of3000] = await alternately(
    rounds,
    () => status(1000),
    () => status(3000),
  );

  await fill(redeemable, true);
  const renew = await delayed(ask, latency, async () => ({
    eightAtOnce: await time(command("renew", "--json-lines", "--concurrency", "8")),
    oneByOne: await time(command("renew", "--json-lines", "--concurrency", "1")),
  }));
  return {
    status: { of1000: middle(of1000), of3000: middle(of3000) },
    requestsPerToken: requests / 3000,
    renew,
  };
}

type Ask = (method: string, path: string, body?: object) => Promise<unknown>;

/** Requests to the emulator's admin surface. */
export async function administration({ cloud }: Stage): Promise<Ask> {
  const { url, caFile, adminTokenFile } = cloud.ready;
  const ca = await readFile(caFile, "utf8");
  const authorization = `Bearer ${(await readFile(adminTokenFile, "utf8")).trim()}`;
  return async (method, path, body) => {
    const headers = { authorization, ...(body === undefined ? {} : { "content-type": "application/json" }) };
    const asked = request(`${url}${path}`, { method, ca, headers, agent: false });
    const answer = Promise.withResolvers<[number, string]>();
    asked.once("error", answer.reject);
    asked.once("response", (response) => {
      text(response).then((found) => {
        answer.resolve([response.statusCode ?? 0, found]);
      }, answer.reject);
    });
    asked.end(body === undefined ? undefined : JSON.stringify(body));
    const [status, found] = await answer.promise;
    if (status >= 400) throw new Error(`${method} ${path} answered ${status}: ${found}`);
    return found === "" ? undefined : (JSON.parse(found) as unknown);
  };
}

/** @param milliseconds of every request while it runs */
export async function delayed<T>(ask: Ask, milliseconds: number, measure: () => Promise<T>): Promise<T> {
  await ask("POST", "/_admin/faults", { delay: milliseconds, times: 0 });
  const found = await measure();
  await ask("DELETE", "/_admin/faults");
  return found;
}

interface State {
  clouds: {
    tenants: {
      subscriptions: {
        vaults: { secrets: { name: string; versions: { tags: Record<string, string> }[] }[] }[];
      }[];
    }[];
  }[];
}

/** The tags of stack dev's token, with placeholders for each partner's values. */
async function tagsOf({ refreshTokenName }: Stage, ask: Ask): Promise<Record<string, string>> {
  const { clouds } = (await ask("GET", "/_admin/state")) as State;
  const vaults = clouds.flatMap(({ tenants }) =>
    tenants.flatMap(({ subscriptions }) => subscriptions.flatMap((one) => one.vaults)),
  );
  const token = vaults.flatMap(({ secrets }) => secrets).find(({ name }) => name === refreshTokenName);
  const tags = token?.versions.at(-1)?.tags;
  if (tags === undefined) throw new Error(`The stack's vault has no ${refreshTokenName}.`);
  return { ...tags, tenant: "{tenant}", account: "{account}", "account-name": "{accountName}" };
}

async function vaultRequests(ask: Ask): Promise<number> {
  const { requests } = (await ask("GET", "/_admin/requests")) as { requests: { service: string }[] };
  return requests.filter(({ service }) => service === "keyVault").length;
}
