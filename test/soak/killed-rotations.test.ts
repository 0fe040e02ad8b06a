/**
 * Kills of `rotate`, by hand, scheduled and revoking: at each request that changes something, then at random moments. Before any repair each token
 * of the vault is redeemed; after one more run (the same again, with the command that it prints, or doctor's repair and a plain `up`) Entra, state
 * and record agree, and nothing is left over. SOAK_KILLS: how many at random (default 300). SOAK_SEED: those of another run.
 */
import type { ChildProcess } from "node:child_process";
import type { CredentialKind } from "../../lib/config/limits";
import type { FixDocument } from "../../lib/errors/document";
import { finished, startCommand } from "../cli/support/built-command";
import { startDeployed } from "../e2e/support/deployed-once";
import { aboutStack, secureAppModel } from "../e2e/support/command";
import { clockIn } from "../e2e/support/shifted";
import { ended, isMutation, killAt, type Request, type Victim } from "../e2e/support/kill";
import type { Project } from "../e2e/support/project";
import { linesOf, printedFixes } from "../fixes/support/printed";
import { chance, kills, seed } from "./support/chance";
import { killDuring, type Whole } from "./support/kill-during";
import { addPartners, probed } from "./support/partners";
import { expectOneRecord, fix, say } from "./support/repaired";

const { moveTo } = jest.requireActual<{ moveTo: (minutes: number) => void }>("../support/shifted-clock.cjs");
const partners = 5;

/** As long as it takes: every kill is half a minute. */
const hours = 43_200_000;

const scheduled = ["--scheduled"];
const atOnce = ["--yes"];
const revoking = ["--yes", "--revoke-now"];

afterAll(() => {
  moveTo(0);
});

/** A stack in whose vault other partners have tokens, too. */
async function startRotating(turn: readonly CredentialKind[]) {
  moveTo(0);
  const project = await startDeployed({ plugins: "in processes" });
  await addPartners(project, partners);
  await project.configure({ credential: { kind: turn.at(-1) } });
  await project.up();
  const { vaultUri, credential } = await project.outputs();
  let [days, runs] = [0, 0];
  return {
    project,
    /** Begins the next one, to the next kind of the turn. */
    begin: async (way: readonly string[]) => {
      if (way === scheduled) days += 30;
      moveTo(days * 1440);
      Object.assign(project.environment, clockIn(days));
      await project.configure({ credential: { kind: turn[runs++ % turn.length], rotateEvery: "30d" } });
      return startCommand(["rotate", ...way, ...project.ofStack], project.environment);
    },
    expectTokens: async () => {
      expect(await probed(project, vaultUri)).toEqual({
        ...{ tokens: partners + 1, credentials: [credential.name], refused: [] },
      });
    },
    expectAll: async () => {
      expect((await project.outputs()).consent).toMatchObject({ health: "ok" });
      expect(await secureAppModel(project, ["renew", "--vault", vaultUri])).toMatchObject({ code: 0 });
      if (runs % 10 === 9) expect(await aboutStack(project, "drift")).toMatchObject({ code: 0 });
    },
  };
}

const turns = {
  "client secrets": ["secret"],
  certificates: ["certificate"],
  "both kinds": ["certificate", "secret"],
} as const;
type Turn = keyof typeof turns;

const victims: readonly Victim[] = ["cli", "group", "terminal"];

describe.each(victims)("killed: %s", (victim) => {
  test.each<[Turn, readonly string[]]>([
    ["client secrets", atOnce],
    ["certificates", atOnce],
    ["both kinds", atOnce],
    ["client secrets", revoking],
    ["both kinds", revoking],
  ])(
    "at each mutation of a rotation of %s, %j; asked again, and not",
    async (of, way) => {
      const { project, begin, expectTokens, expectAll } = await startRotating(turns[of]);
      let kills = 0;
      try {
        for (let nth = 1, last = -1; kills > last; nth += 1) {
          last = kills;
          for (const repair of [again, plainly])
            for (const kind of turns[of]) {
              let seen = 0;
              const child = await begin(way);
              const isNow = (request: Request) => isMutation(request) && ++seen >= nth;
              const [, at] = await Promise.all([finished(child), killAt(project, child, isNow, victim)]);
              await ended(project);
              await expectTokens();
              if (at === undefined) continue;
              kills += 1;
              const done = `${await repair(project, way)}, ${await fix(project)}`;
              const left = await expectOneRecord(project);
              say(
                `${kills}. ${victim}, ${way.join(" ")}, to a ${kind}, mutation ${nth}, ${at}: ${done}, ${left.join(", ")}`,
              );
              await expectTokens();
              await expectAll();
            }
        }
        expect(kills).toBeGreaterThan(5);
      } finally {
        say(`${of}, ${way.join(" ")}, ${victim}: ${kills} kills`);
        await project.close();
      }
    },
    hours,
  );
});

const anyVictim: readonly Victim[] = ["cli", "engine", "group", "provider"];

test.each<{ of: Turn; ways: (readonly string[])[]; count: number }>([
  { of: "client secrets", ways: [scheduled, atOnce, revoking], count: Math.ceil(kills / 2) },
  { of: "certificates", ways: [scheduled, atOnce, revoking], count: Math.ceil(kills / 4) },
  // A change of kind takes roles, which no scheduled run assigns.
  { of: "both kinds", ways: [atOnce, revoking], count: Math.ceil(kills / 4) },
])(
  "$count kills of rotations of $of at random moments",
  async ({ of, ways, count }) => {
    say(`SOAK_SEED=${seed} SOAK_KILLS=${kills}`);
    const { random, oneOf } = chance();
    const { project, begin, expectTokens, expectAll } = await startRotating(turns[of]);
    const counts = { kills: 0, endedBefore: 0, again: 0, fixed: 0, plain: 0, idleProviders: 0 };
    try {
      const whole = new Map<readonly string[], Whole>();
      for (const way of ways) {
        whole.set(way, await watched(project, await begin(way)));
        await expectOneRecord(project);
        say(`${of}, ${way.join(" ")}, not killed: ${JSON.stringify(whole.get(way))}`);
      }
      while (counts.kills < count) {
        const [way, victim] = [oneOf(ways), oneOf(anyVictim)];
        const at = await killDuring(project, await begin(way), victim, random, whole.get(way));
        if (await ended(project)) counts.idleProviders += 1;
        await expectTokens();
        const done = random() < 0.5 ? await again(project, way) : await plainly(project);
        await fix(project);
        counts[at === undefined ? "endedBefore" : "kills"] += 1;
        if (at !== undefined) counts[done] += 1;
        const left = await expectOneRecord(project);
        say(`${counts.kills}. ${of}, ${way.join(" ")}, ${victim} ${at ?? "ended before"}: ${done}, ${left.join(", ")}`);
        await expectTokens();
        await expectAll();
      }
    } finally {
      say(`${of}: ${JSON.stringify(counts)}`);
      await project.close();
    }
  },
  hours,
);

async function watched(project: Project, child: ChildProcess): Promise<Whole> {
  const since = performance.now();
  let changes = 0;
  const count = (request: Request) => {
    if (isMutation(request)) changes += 1;
    return false;
  };
  const [{ code, stderr }] = await Promise.all([finished(child), killAt(project, child, count, "cli")]);
  expect([code, code === 0 ? "" : stderr]).toEqual([0, ""]);
  return { milliseconds: performance.now() - since, changes };
}

/** The same command once more, after what it prints where it fails: the engine's lock is in its way, or what the killed run has left. */
async function again(project: Project, way: readonly string[]): Promise<"again" | "fixed"> {
  const rotate = async () => {
    const { code, stdout } = await aboutStack(project, "rotate", ...way, "--json");
    return code === 0 ? undefined : (JSON.parse(stdout) as { error: { fixes: readonly FixDocument[] } }).error.fixes;
  };
  let fixes = await rotate();
  if (fixes?.some(({ text }) => text.startsWith("Wait for the other run; if it was killed, unlock the stack"))) {
    await project.pulumi("cancel", "--yes");
    fixes = await rotate();
  }
  if (fixes === undefined) return "again";
  // Nobody can tell who wrote a record that the state lacks: a scheduled run leaves it to a person.
  const printsDeployment = fixes.some(({ text }) => text.startsWith("Look at it, and deploy it"));
  if (way === scheduled && printsDeployment) {
    // Its first line, where the state has an operation without an end.
    if (fixes.length > 1) {
      await fix(project);
      fixes = await rotate();
      if (fixes === undefined) return "fixed";
    }
    const [deployment] = printedFixes(fixes, "cli/rotate/scheduled.ts: Look at it, and deploy it");
    const [up] = deployment.commands;
    expect([up?.program, up?.args[0]]).toEqual(["pulumi", "up"]);
    const deploy = async () => await project.pulumi(...(up?.args ?? []), "--yes", "--skip-preview");
    let deployed = await deploy();
    // The killed run's lock, which the preview before it does not meet: the engine prints this line.
    if (deployed.text.includes("delete the lock file with `pulumi cancel`")) {
      await project.pulumi("cancel", "--yes");
      deployed = await deploy();
    }
    expect([deployed.code, deployed.code === 0 ? "" : deployed.text]).toEqual([0, ""]);
    expect(await rotate()).toBeUndefined();
    return "fixed";
  }
  // Doctor's other findings, such as a role that the next line assigns, are no matter here.
  const [printed] = printedFixes(fixes, "cli/rotate/scheduled.ts: If a run before it was killed");
  expect(linesOf(printed, {})).toEqual([
    expect.stringContaining("doctor --stack dev --fix"),
    expect.stringContaining("rotate"),
  ]);
  await fix(project);
  expect(await rotate()).toBeUndefined();
  return "fixed";
}

/** Somebody else's deployment, who was not asked for a rotation. */
async function plainly(project: Project): Promise<"plain"> {
  await fix(project);
  await project.up();
  return "plain";
}
