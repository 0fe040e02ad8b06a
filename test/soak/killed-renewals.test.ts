/** Kills of `renew` at any point: after one more run each token is there once, as it was, and redeems. SOAK_KILLS: how many (default 300). */
import { setTimeout as sleep } from "node:timers/promises";
import { type LoggedRequest } from "../../tools/embedded-cloud/testing/emulator";
import { finished } from "../cli/support/built-command";
import { dataOf } from "../cli/support/failing";
import { Stage } from "../cli/support/stage";
import { versionsOf } from "../e2e/support/vault";
import { chance, kills, seed } from "./support/chance";

/** Tokens of the vault. */
const partners = 12;

test(
  `${kills} kills of renew: nothing is lost, doubled or left over`,
  async () => {
    const stage = await Stage.start();
    const { random } = chance();
    const counts = { seed, kills: 0, ended: 0, stored: 0 };
    try {
      await stage.addPartners(partners, 3600);
      const names = await namesIn(stage);
      const own = new Map<string, Record<string, string> | undefined>();
      for (const name of names) own.set(name, (await enabledOf(stage, name))[0]?.tags);
      const since = performance.now();
      dataOf(await stage.run(["renew", "--json"]));
      const whole = performance.now() - since;
      while (counts.kills < kills) {
        stage.emulator.requests.clear();
        const child = stage.spawn(["renew", "--json"]);
        const end = finished(child);
        await Promise.race([end, sleep(random() * whole)]);
        if (child.exitCode === null) counts.kills += 1;
        else counts.ended += 1;
        child.kill("SIGKILL");
        await end;
        counts.stored += stage.emulator.requests.entries().filter(isStore).length;
        const renewed = JSON.parse(dataOf(await stage.run(["renew", "--json"]))) as { tokens: { outcome: string }[] };
        expect(renewed.tokens.map(({ outcome }) => outcome)).toEqual(names.map(() => "renewed"));
        for (const name of names) {
          const tags = (await enabledOf(stage, name)).map((version) => version.tags);
          expect({ name, tags }).toEqual({ name, tags: tags.map(() => own.get(name)) });
        }
        expect(await namesIn(stage)).toEqual(names);
        if (counts.kills % 10 === 0) {
          const { tokens } = JSON.parse((await stage.run(["status", "--probe", "--json"])).stdout) as {
            tokens: { probe: { redeemed: boolean } | null }[];
          };
          expect(tokens.map(({ probe }) => probe?.redeemed)).toEqual(names.map(() => true));
        }
      }
    } finally {
      process.stderr.write(`${JSON.stringify(counts)}\n`);
      await stage.emulator.close();
    }
  },
  60_000 + kills * 30_000,
);

const isStore = ({ method, path, status }: LoggedRequest): boolean =>
  method === "PUT" && path.includes("/refresh-token-") && status < 300;

async function namesIn({ vault }: Stage): Promise<string[]> {
  return await onceAdmitted(async () => {
    const names: string[] = [];
    for await (const { name } of vault.listPropertiesOfSecrets()) {
      if (name.startsWith("refresh-token-")) names.push(name);
    }
    return names;
  });
}

/** A fast machine asks as much as the vault admits, which then names no time to wait. */
async function onceAdmitted<T>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if ((error as { statusCode?: number }).statusCode !== 429) throw error;
      await sleep(1000);
    }
  }
}

async function enabledOf({ vault }: Stage, name: string) {
  const versions = await onceAdmitted(async () => await versionsOf(vault, name));
  return versions.filter((version) => version.enabled);
}
