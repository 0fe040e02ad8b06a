/**
 * Kills at random moments of every kind of run: after `doctor --fix` the next one ends as without a kill. The kills, and what doctor did, are
 * printed. SOAK_KILLS: how many (default 100). SOAK_SEED: the seed of another run.
 */
import type { ChildProcess } from "node:child_process";
import { finished, startCommand } from "../cli/support/built-command";
import { madeByBootstrap } from "../e2e/support/bootstrap-stack";
import { ended, type Victim } from "../e2e/support/kill";
import { startDeployed } from "../e2e/support/deployed-once";
import type { Project } from "../e2e/support/project";
import { disableTokens } from "../e2e/support/vault";
import { freshBootstrap } from "./support/fresh-bootstrap";
import { killDuring } from "./support/kill-during";
import { chance, kills, seed } from "./support/chance";
import { expectWhole, fix, say } from "./support/repaired";

/** As long as it takes: every kill is half a minute. */
const hours = 43_200_000;
const { random, oneOf } = chance();
const ofEngine: readonly Victim[] = ["cli", "group", "provider"];

const kinds = ["up", "consent", "rotate", "destroy", "renew", "customers"] as const;
type Kind = (typeof kinds)[number];
/** How many requests of each change something, or a few less. */
const changes: Record<Kind, number> = { up: 0, consent: 3, rotate: 5, destroy: 10, renew: 0, customers: 0 };
const isCommand = (kind: Kind) => kind === "renew" || kind === "customers";

beforeAll(() => {
  say(`SOAK_SEED=${seed} SOAK_KILLS=${kills}`);
});

test.each([
  { credential: "a client secret", settings: {}, count: kills * 0.6 },
  { credential: "a certificate", settings: { credential: { kind: "certificate" } }, count: kills * 0.2 },
])(
  "$count kills of a stack with $credential, at random moments of every kind of run",
  async ({ credential, settings, count }) => {
    const project = await startDeployed({ plugins: "in processes" });
    const counts = Object.fromEntries(kinds.map((kind) => [kind, 0])) as Record<Kind, number>;
    let [killed, endedBefore] = [0, 0];
    try {
      await project.configure(settings);
      await project.up();
      const milliseconds = { command: await timeOf(project, "renew"), engine: await timeOf(project, "up") };
      while (killed < count) {
        const kind = oneOf(kinds);
        const victim = isCommand(kind) ? "cli" : oneOf(ofEngine);
        if (kind === "consent") await disableTokens(project);
        const whole = { milliseconds: milliseconds[isCommand(kind) ? "command" : "engine"], changes: changes[kind] };
        const at = await killDuring(project, await begin(project, kind), victim, random, whole);
        await ended(project);
        const done = await fix(project);
        if (kind === "destroy") await project.pulumi("destroy", "--yes", "--skip-preview");
        await project.up();
        await expectWhole(project);
        if (at === undefined) endedBefore += 1;
        else {
          killed += 1;
          counts[kind] += 1;
        }
        say(`${killed}. ${credential}, ${kind}, ${victim} ${at ?? "ended before"}: ${done}`);
      }
    } finally {
      say(`${credential}, repaired: ${JSON.stringify({ killed, ...counts, endedBefore })}`);
      await project.close();
    }
  },
  hours,
);

test(
  `${kills * 0.2} kills at random moments of a bootstrap stack's first up`,
  async () => {
    const { model, start, close } = await freshBootstrap();
    let bootstrap = await start();
    let killed = 0;
    try {
      const since = performance.now();
      await bootstrap.up();
      const milliseconds = performance.now() - since;
      const whole = madeByBootstrap(model);
      while (killed < kills * 0.2) {
        bootstrap = await start();
        const victim = oneOf(ofEngine);
        const child = bootstrap.spawn("up", "--yes", "--skip-preview");
        const at = await killDuring(bootstrap, child, victim, random, { milliseconds, changes: 20 });
        await ended(bootstrap);
        const done = await fix(bootstrap);
        await bootstrap.up();
        expect(madeByBootstrap(model)).toEqual(whole);
        if (at !== undefined) killed += 1;
        say(`${killed}. a bootstrap stack, up, ${victim} ${at ?? "ended before"}: ${done}`);
      }
      expect((await bootstrap.drift()).code).toBe(0);
    } finally {
      say(`a bootstrap stack, repaired: ${killed}`);
      await close();
    }
  },
  hours,
);

async function begin(project: Project, kind: Kind): Promise<ChildProcess> {
  const whole = ["--yes", "--skip-preview"];
  if (kind === "rotate") return startCommand(["rotate", "--yes", ...project.ofStack], project.environment);
  if (!isCommand(kind)) {
    const argv = { destroy: ["destroy"], consent: ["up"], up: ["up"] };
    return project.spawn(...argv[kind], ...whole);
  }
  const { vaultUri } = await project.outputs();
  const [customer] = project.seeds.customers;
  const argv = kind === "renew" ? ["renew"] : ["customers", "consent", customer?.domain ?? ""];
  return startCommand([...argv, "--vault", vaultUri], project.environment);
}

async function timeOf(project: Project, kind: Kind): Promise<number> {
  const since = performance.now();
  await finished(await begin(project, kind));
  return performance.now() - since;
}
