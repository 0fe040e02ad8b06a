/**
 * Kills at each request that changes something, and at random: after `doctor --fix` a run ends as without a kill. The
 * kills, and what doctor did, are printed. SOAK_KILLS: how many random ones (default 300). SOAK_SEED: the seed of another run.
 */
import type { ChildProcess } from "node:child_process";
import { finished, startCommand } from "../cli/support/built-command";
import { restoreSnapshot, takeSnapshot } from "../../embedded-cloud/emulator/snapshot";
import { madeByBootstrap, makeAdministrator, startBootstrap } from "../e2e/support/bootstrap-stack";
import { secureAppModel } from "../e2e/support/command";
import { deployedOnce } from "../e2e/support/deployed-once";
import { ended, isMutation, killedAt, type Victim } from "../e2e/support/kill";
import { madeIn, usableVersions } from "../e2e/support/made";
import { Project } from "../e2e/support/project";
import { openVault, versionsOf } from "../e2e/support/vault";
import { killDuring } from "./support/kill-during";
import { randomOf } from "./support/random";

const whole = { applications: ["Partner Center Web App"], principals: 1, groups: ["partner-tokens"] };
/** As long as it takes: every kill is half a minute. */
const hours = 43_200_000;
const stateOfCi = { account: "contosopartnerstate", location: "westeurope", vault: "contoso-partner-state" };
const say = (text: string) => process.stderr.write(`${text}\n`);

/** The command. @returns its output about what it did */
async function fix(project: Project): Promise<string> {
  const argv = ["doctor", "--stack", project.stack, "--config-file", project.configFile, "--fix", "--json"];
  const { stdout, stderr } = await secureAppModel(project, argv);
  const results = JSON.parse(stdout) as { name: string; state: string; found: string }[];
  const open = results.filter(({ name, state }) => ["state", "stack", "interrupted"].includes(name) && state !== "ok");
  expect(open).toEqual([]);
  const done = stderr.split("\n").filter((line) => /^(?:Took|Removed|Put)/u.test(line));
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
        const project = await Project.start({ plugins: "in processes" });
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
        const project = await Project.start({ deployed: await deployedOnce("AzureCloud"), plugins: "in processes" });
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

/** Every request that changes something, once: of a kind that makes several things, as often as there are some. */
function eachOnce(): Parameters<typeof killedAt>[1] {
  const kills = new Map<string, number>();
  return (request) => {
    const key = `${request.method} ${request.path}`;
    const before = kills.get(key) ?? 0;
    if (!isMutation(request) || before >= (request.method === "POST" ? 4 : 1)) return false;
    kills.set(key, before + 1);
    return true;
  };
}

const ways = [
  { victim: "cli", moment: "before the answer" },
  { victim: "group", moment: "before the answer" },
  { victim: "group", moment: "before the request" },
] as const;

test.each(ways)(
  "SIGKILL of the $victim $moment, again and again at each mutation until a bootstrap stack's first up is through",
  async ({ victim, moment }) => {
    const model = await Project.start({ deployed: await deployedOnce("AzureCloud") });
    const administrator = await makeAdministrator(model);
    const before = takeSnapshot(model.cloud);
    const ci = { github: { repository: "contoso/partner" }, state: stateOfCi };
    const start = async () => await startBootstrap(model, administrator, ci, {}, { plugins: "in processes" });
    const isNext = eachOnce();
    let [bootstrap, kills] = [await start(), 0];
    try {
      await bootstrap.up();
      const whole = madeByBootstrap(model);
      await bootstrap.close();
      await restoreSnapshot(model.cloud, before);
      bootstrap = await start();
      for (; ; kills += 1) {
        const how = { victim, moment };
        const { at, code, text } = await killedAt(bootstrap, isNext, how, "up", "--yes", "--skip-preview");
        if (at === undefined) {
          expect([code, code === 0 ? "" : text]).toEqual([0, ""]);
          break;
        }
        await ended(bootstrap);
        say(`bootstrap up, ${victim} ${moment}, ${kills + 1}. kill, ${at}: ${await fix(bootstrap)}`);
      }
      expect(madeByBootstrap(model)).toEqual(whole);
      expect((await bootstrap.drift()).code).toBe(0);
      // Where the engine alone is killed, its plugins finish what they have begun.
      expect(kills).toBeGreaterThan(20);
    } finally {
      say(`bootstrap up, ${victim} ${moment}: ${kills} kills, each repaired`);
      await bootstrap.close();
      await model.close();
    }
  },
  hours,
);

const kinds = ["up", "consent", "rotate", "destroy", "renew", "customers"] as const;
type Kind = (typeof kinds)[number];
/** How many requests of each change something, or a few less. */
const changes: Record<Kind, number> = { up: 0, consent: 3, rotate: 5, destroy: 10, renew: 0, customers: 0 };
const isCommand = (kind: Kind) => kind === "renew" || kind === "customers";

test(
  "at random moments of every kind of run",
  async () => {
    const kills = Number(process.env["SOAK_KILLS"] ?? 300);
    const seed = Number(process.env["SOAK_SEED"] ?? Math.floor(performance.timeOrigin) % 1_000_000);
    say(`SOAK_SEED=${seed} SOAK_KILLS=${kills}`);
    const random = randomOf(seed);
    const oneOf = <T>(many: readonly T[]): T => many[Math.floor(random() * many.length)] as T;
    const project = await Project.start({ deployed: await deployedOnce("AzureCloud"), plugins: "in processes" });
    const counts = Object.fromEntries(kinds.map((kind) => [kind, 0])) as Record<Kind, number>;
    let [killed, endedBefore, label] = [0, 0, "initial"];
    try {
      const milliseconds = { command: await timeOf(project, "renew"), engine: await timeOf(project, "up") };
      for (let run = 1; killed < kills; run += 1) {
        const kind = oneOf(kinds);
        const victim = isCommand(kind) ? "cli" : oneOf<Victim>(["cli", "group", "provider"]);
        if (kind === "rotate") label = `r${run}`;
        await project.configure({ clientSecret: { label } });
        if (kind === "consent") await disableTokens(project);
        const whole = { milliseconds: milliseconds[isCommand(kind) ? "command" : "engine"], changes: changes[kind] };
        const at = await killDuring(project, await begin(project, kind), victim, random, whole);
        await ended(project);
        const done = await fix(project);
        if (kind === "destroy") await project.pulumi("destroy", "--yes", "--skip-preview");
        await project.up("--refresh");
        await expectWhole(project, [label]);
        if (at === undefined) endedBefore += 1;
        else {
          killed += 1;
          counts[kind] += 1;
        }
        say(`${killed}. ${kind}, ${victim} ${at ?? "ended before"}: ${done}`);
      }
    } finally {
      say(`repaired: ${JSON.stringify({ killed, ...counts, endedBefore })}`);
      await project.close();
    }
  },
  hours,
);

async function begin(project: Project, kind: Kind): Promise<ChildProcess> {
  const whole = ["--yes", "--skip-preview"];
  if (!isCommand(kind)) {
    const argv = { destroy: ["destroy"], consent: ["up", "--refresh"], rotate: ["up"], up: ["up"] };
    return project.spawn(...argv[kind], ...whole);
  }
  const { vaultUri } = (await project.outputs()) as { vaultUri: string };
  const [customer] = project.seeds.customers;
  const argv = kind === "renew" ? ["renew"] : ["customers", "consent", customer?.domain ?? ""];
  return startCommand([...argv, "--vault", vaultUri], project.environment);
}

async function timeOf(project: Project, kind: Kind): Promise<number> {
  const since = performance.now();
  await finished(await begin(project, kind));
  return performance.now() - since;
}

async function disableTokens(project: Project): Promise<void> {
  const { refreshTokenName } = (await project.outputs()) as { refreshTokenName: string };
  const vault = await openVault(project);
  for (const { version, enabled } of await versionsOf(vault, refreshTokenName))
    if (enabled) await vault.updateSecretProperties(refreshTokenName, version, { enabled: false });
}
