/**
 * Kills at each request that changes something, and at random: after `doctor --fix` a run ends as without a kill. The
 * kills, and what doctor did, are printed. SOAK_KILLS: how many random ones (default 300). SOAK_SEED: the seed of another run.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { startCommand } from "../cli/support/built-command";
import { secureAppModel } from "../e2e/support/command";
import { deployedOnce } from "../e2e/support/deployed-once";
import { ended, isMutation, killedAt, type Victim } from "../e2e/support/kill";
import { madeIn, usableVersions } from "../e2e/support/made";
import { processesWith } from "../e2e/support/processes";
import { Project } from "../e2e/support/project";
import { openVault, versionsOf } from "../e2e/support/vault";
import { randomOf } from "./support/random";

const whole = { applications: ["Partner Center Web App"], principals: 1, groups: ["partner-tokens"] };
/** As long as it takes: every kill is half a minute. */
const hours = 43_200_000;
const say = (text: string) => process.stderr.write(`${text}\n`);

/** The command. @returns its output about what it did */
async function fix(project: Project): Promise<string> {
  const argv = ["doctor", "--stack", project.stack, "--config-file", project.configFile, "--fix", "--json"];
  const { stdout, stderr } = await secureAppModel(project, argv);
  const results = JSON.parse(stdout) as { name: string; state: string; found: string }[];
  const open = results.filter(({ name, state }) => ["state", "stack", "interrupted"].includes(name) && state !== "ok");
  expect(open).toEqual([]);
  const done = stderr.split("\n").filter((line) => /^(?:Took|Removed|Put|Ended)/u.test(line));
  return done.length === 0 ? "nothing to repair" : done.map((line) => line.slice(0, 110)).join(" | ");
}

async function expectWhole(project: Project, secrets = ["initial"]): Promise<void> {
  expect(madeIn(project)).toEqual({ ...whole, secrets });
  expect((await project.outputs())["consent"]).toMatchObject({ health: "ok" });
  const usable = await usableVersions(project);
  // Two versions that were stored within one second are both kept: their order is not known.
  const times = new Set(usable.map(({ createdOn }) => createdOn));
  if (usable.length > 1) say(`   usable: ${JSON.stringify(usable)}`);
  expect([usable.length > 0, times.size]).toEqual([true, 1]);
}

/** Every request from the n-th on that changes something. */
function fromNth(nth: number): Parameters<typeof killedAt>[1] {
  let count = 0;
  return (request) => {
    if (isMutation(request)) count += 1;
    return count >= nth;
  };
}

describe.each<Victim>(["cli", "group"])("SIGKILL of the %s", (victim) => {
  test(
    "at each mutation of a first up",
    async () => {
      let nth = Number(process.env["SOAK_FROM"] ?? 1);
      for (; ; nth += 1) {
        const project = await Project.start();
        try {
          const { at } = await killedAt(project, fromNth(nth), victim, "up", "--yes", "--skip-preview");
          if (at === undefined) break;
          await ended(project);
          const done = await fix(project);
          await project.up();
          await expectWhole(project);
          say(`up, ${victim}, mutation ${nth}, ${at}: ${done}`);
        } finally {
          await project.close();
        }
      }
      say(`up, ${victim}: ${nth - 1} mutations, each repaired`);
    },
    hours,
  );

  test(
    "at each mutation of a destroy",
    async () => {
      let nth = Number(process.env["SOAK_FROM"] ?? 1);
      for (; ; nth += 1) {
        const project = await Project.start({ deployed: await deployedOnce("AzureCloud") });
        try {
          const { at } = await killedAt(project, fromNth(nth), victim, "destroy", "--yes", "--skip-preview");
          if (at === undefined) break;
          await ended(project);
          const done = await fix(project);
          const { code, text } = await project.pulumi("destroy", "--yes", "--skip-preview");
          expect([code, code === 0 ? "" : text]).toEqual([0, ""]);
          expect([madeIn(project), await project.state()]).toEqual([
            { applications: [], secrets: [], principals: 0, groups: [] },
            [],
          ]);
          say(`destroy, ${victim}, mutation ${nth}, ${at}: ${done}`);
        } finally {
          await project.close();
        }
      }
      say(`destroy, ${victim}: ${nth - 1} mutations, each repaired`);
    },
    hours,
  );
});

const runs = ["up", "consent", "rotate", "destroy", "renew", "customers"] as const;

test(
  "at random moments of every kind of run",
  async () => {
    const kills = Number(process.env["SOAK_KILLS"] ?? 300);
    const seed = Number(process.env["SOAK_SEED"] ?? Math.floor(performance.timeOrigin) % 1_000_000);
    say(`SOAK_SEED=${seed} SOAK_KILLS=${kills}`);
    const random = randomOf(seed);
    const oneOf = <T>(many: readonly T[]): T => many[Math.floor(random() * many.length)] as T;
    const project = await Project.start({ deployed: await deployedOnce("AzureCloud") });
    const counts: Record<string, number> = {};
    let label = "initial";
    try {
      for (let kill = 1; kill <= kills; kill += 1) {
        const kind = oneOf(runs);
        const victim = oneOf<Victim>(["cli", "group", "provider"]);
        say(`${kill}. ${kind}, ${victim}`);
        const nth = 1 + Math.floor(random() * 4);
        const after = Math.floor(random() * 3000);
        let at: string | undefined;
        if (kind === "renew" || kind === "customers") {
          const { vaultUri } = (await project.outputs()) as { vaultUri: string };
          const [customer] = project.seeds.customers;
          const argv = kind === "renew" ? ["renew"] : ["customers", "consent", customer?.domain ?? ""];
          const command = startCommand([...argv, "--vault", vaultUri], project.environment);
          const over = new Promise((resolve) => command.once("close", resolve));
          await Promise.race([over, sleep(after)]);
          at = command.exitCode === null ? `after ${after} ms` : undefined;
          command.kill("SIGKILL");
          await over;
        } else {
          if (kind === "rotate") label = `r${kill}`;
          await project.configure({ clientSecret: { label } });
          if (kind === "consent") await disableTokens(project);
          const argv = kind === "destroy" ? ["destroy"] : ["up", ...(kind === "consent" ? ["--refresh"] : [])];
          ({ at } = await killedAt(project, fromNth(nth), victim, ...argv, "--yes", "--skip-preview"));
        }
        await ended(project);
        const done = await fix(project);
        if (kind === "destroy") await project.pulumi("destroy", "--yes", "--skip-preview");
        await project.up("--refresh");
        await expectWhole(project, [label]);
        expect(
          processesWith("PULUMI_HOME", project.folder).filter(({ command }) => command.includes("dynamic")),
        ).toEqual([]);
        counts[kind] = (counts[kind] ?? 0) + 1;
        say(`   ${at ?? "ended before"}: ${done}`);
      }
      say(`repaired: ${JSON.stringify(counts)}`);
    } finally {
      await project.close();
    }
  },
  hours,
);

async function disableTokens(project: Project): Promise<void> {
  const { refreshTokenName } = (await project.outputs()) as { refreshTokenName: string };
  const vault = await openVault(project);
  for (const { version, enabled } of await versionsOf(vault, refreshTokenName))
    if (enabled) await vault.updateSecretProperties(refreshTokenName, version, { enabled: false });
}
