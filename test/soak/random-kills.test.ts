/**
 * Kills at random moments of every command, and of every kind of run of the engine, one after the other (support/killed-commands). A command ends
 * the second time as without a kill, before any repair. A run of the engine does after `doctor --fix`, before which the token is redeemed. The kills,
 * and what doctor did, are printed. SOAK_KILLS: how many (default 300). SOAK_SEED: the seed of another run.
 */
import type { ChildProcess } from "node:child_process";
import { finished, startCommand } from "../cli/support/built-command";
import { madeByBootstrap } from "../e2e/support/bootstrap-stack";
import { secureAppModel } from "../e2e/support/command";
import { letRevokeSessions } from "../e2e/support/deployer";
import { ended, type Victim } from "../e2e/support/kill";
import { startDeployed } from "../e2e/support/deployed-once";
import { thatIsThere } from "../e2e/support/project";
import { disableTokens } from "../e2e/support/vault";
import { freshBootstrap } from "./support/fresh-bootstrap";
import { killDuring } from "./support/kill-during";
import { ofCommand, type OfEngine, ofEngine, type Target } from "./support/killed-commands";
import { chance, kills, seed } from "./support/chance";
import { expectWhole, fix, say } from "./support/repaired";

/** As long as it takes: every kill is half a minute. */
const hours = 43_200_000;
const { random, oneOf } = chance();
const victims: readonly Victim[] = ["cli", "group", "provider"];

beforeAll(() => {
  say(`SOAK_SEED=${seed} SOAK_KILLS=${kills}`);
});

interface Round {
  victim: Victim;
  /** When it was killed; undefined where it ended before. */
  at: string | undefined;
  done: string;
}

test.each([
  { credential: "a client secret", settings: {}, count: kills * 0.6 },
  { credential: "a certificate", settings: { credential: { kind: "certificate" } }, count: kills * 0.2 },
])(
  "$count kills of a stack with $credential, at random moments of every kind of run",
  async ({ credential, settings, count }) => {
    const project = await startDeployed({ plugins: "in processes" });
    const counts: Record<string, number> = {};
    let [killed, endedBefore] = [0, 0];
    try {
      letRevokeSessions(project);
      await project.configure(settings);
      const since = performance.now();
      await project.up();
      const engineRuns = performance.now() - since;
      const { vaultUri, cloud } = await project.outputs();
      const target = { project, vault: ["--vault", vaultUri, "--cloud", cloud] };
      const turn = [
        ...Object.entries(ofEngine).map(
          ([kind, one]) => [kind, () => killRunOfEngine(target, one, engineRuns)] as const,
        ),
        ...Object.entries(ofCommand).map(([kind, argv]) => [kind, () => killCommand(target, argv(target))] as const),
      ];
      for (let nth = 0; killed < count; nth += 1) {
        const [kind, round] = thatIsThere(turn[nth % turn.length]);
        const { victim, at, done } = await round();
        await expectWhole(project);
        if (at === undefined) endedBefore += 1;
        else {
          killed += 1;
          counts[kind] = (counts[kind] ?? 0) + 1;
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
        const victim = oneOf(victims);
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

async function killRunOfEngine(target: Target, run: OfEngine, milliseconds: number): Promise<Round> {
  const { program, changes, tokenEnds } = run;
  const { project } = target;
  if (tokenEnds === "before") await disableTokens(project);
  const argv = run.argv(target);
  const child = program === "pulumi" ? project.spawn(...argv) : startCommand([...argv], project.environment);
  const victim = oneOf(victims);
  const at = await killDuring(project, child, victim, random, { milliseconds, changes });
  await ended(project);
  if (tokenEnds === undefined) await expectRedeemed(target);
  const done = await fix(project);
  if (argv[0] === "destroy") await project.destroy();
  await project.up();
  return { victim, at, done };
}

/** Milliseconds of the last whole run of each command. */
const wholeRuns = new Map<string, number>();

async function killCommand(target: Target, argv: readonly string[]): Promise<Round> {
  const { project } = target;
  const words = argv.join(" ");
  const start = (): ChildProcess => startCommand([...argv], project.environment);
  const whole = { milliseconds: wholeRuns.get(words) ?? 400, changes: 0 };
  const at = await killDuring(project, start(), "cli", random, whole);
  await ended(project);
  const since = performance.now();
  expect({ words, at, ...(await finished(start())) }).toMatchObject({ words, at, code: 0 });
  wholeRuns.set(words, performance.now() - since);
  // It has disabled the token, and removed the credential.
  if (argv[0] === "revoke") await project.up();
  else await expectRedeemed(target);
  return { victim: "cli", at, done: "the same again ended with 0" };
}

async function expectRedeemed({ project, vault }: Target): Promise<void> {
  const { code, stderr } = await secureAppModel(project, ["token", "partner-center", ...vault]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
}
