/** Kills of `customers consent` at any point: the same command continues, and each customer gets exactly one consent. SOAK_KILLS: how many (default 300). */
import type { ChildProcess } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { partnerTenant } from "../../tools/embedded-cloud/testing/applications";
import { finished } from "../cli/support/built-command";
import { consentedTo, RunFolder, serveCustomers, watch } from "../cli/support/many-customers";
import { Stage } from "../cli/support/stage";
import { kills } from "./support/chance";

/** Data of a run that is killed several times until it is complete. */
const customers = 397;
const perSecond = 200;
/** Milliseconds after the start within which a run is killed: before the first request, in the list, between request and answer, at the end. */
const longest = 3500;

test(
  `${kills} kills of customers consent: each customer once, and nothing is left`,
  async () => {
    const stage = await Stage.start();
    const counts = { kills: 0, runs: 0, whole: 0, already: 0, tooMany: 0 };
    try {
      await stage.storeToken();
      serveCustomers(stage, customers, perSecond);
      const seen = watch(stage);
      while (counts.kills < kills) {
        const folder = new RunFolder();
        for (const one of partnerTenant(stage.emulator).customers) one.applicationConsents.clear();
        seen.length = 0;
        const argv = ["customers", "consent", "--all", "--rate", String(perSecond), "--json", ...folder.options];
        for (;;) {
          counts.runs += 1;
          const child: ChildProcess = stage.spawn(argv);
          const end = finished(child);
          const timer = counts.kills < kills ? sleep(Math.random() * longest) : new Promise<never>(() => undefined);
          const first = await Promise.race([end, timer]);
          if (first === undefined) {
            child.kill("SIGKILL");
            await end;
            counts.kills += 1;
            continue;
          }
          const { code, stdout } = first;
          const summary = JSON.parse(stdout) as { failed: number; left: number; outcomes: { already?: number } };
          expect({ code, failed: summary.failed, left: summary.left }).toEqual({ code: 0, failed: 0, left: 0 });
          break;
        }
        counts.whole += 1;
        const posts = seen.filter(({ method }) => method === "POST");
        const made = posts.filter(({ status }) => status === 201).map(({ path }) => path);
        const there = consentedTo(stage);
        expect({ made: made.length, each: new Set(made).size, there: there.length }).toEqual({
          made: there.length,
          each: customers + 3,
          there: customers + 3,
        });
        counts.already += posts.filter(({ status }) => status === 409).length;
        counts.tooMany += posts.filter(({ status }) => status === 429).length;
        folder.remove();
      }
    } finally {
      process.stderr.write(`${JSON.stringify(counts)}\n`);
      await stage.emulator.close();
    }
  },
  60_000 + kills * 20_000,
);
