/** Kills at each request that changes something: after `doctor --fix` a run ends as without a kill. The kills, and what doctor did, are printed. */
import { doctor } from "../e2e/support/command";
import { madeByBootstrap } from "../e2e/support/bootstrap-stack";
import { ended, isMutation, killedAt, type Victim } from "../e2e/support/kill";
import { madeIn } from "../e2e/support/made";
import { deployedOnce } from "../e2e/support/deployed-once";
import { Project, type ProjectOptions } from "../e2e/support/project";
import { freshBootstrap } from "./support/fresh-bootstrap";
import { expectWhole, fix, say } from "./support/repaired";

/** As long as it takes: every kill is half a minute. */
const hours = 43_200_000;

/** Every request from the n-th on that changes something. */
function fromNth(nth: number): Parameters<typeof killedAt>[1] {
  let count = 0;
  return (request) => {
    if (isMutation(request)) count += 1;
    return count >= nth;
  };
}

const runs: Record<string, { starts: () => Promise<ProjectOptions>; next: (project: Project) => Promise<void> }> = {
  up: {
    starts: () => Promise.resolve({}),
    next: async (project) => {
      await project.up();
      await expectWhole(project);
    },
  },
  destroy: {
    starts: async () => ({ deployed: await deployedOnce("AzureCloud") }),
    next: async (project) => {
      await project.up();
      await expectWhole(project);
      await project.destroy();
      expect([madeIn(project), await project.state()]).toEqual([
        { applications: [], secrets: [], principals: 0, groups: [] },
        [],
      ]);
    },
  },
};

describe.each<Victim>(["cli", "group"])("SIGKILL of the %s", (victim) => {
  test.each(Object.entries(runs))(
    "at each mutation of a first %s",
    async (name, { starts, next }) => {
      let nth = Number(process.env["SOAK_FROM"] ?? 1);
      for (; ; nth += 1) {
        await using project = await Project.start({ ...(await starts()), plugins: "in processes" });
        const { at } = await killedAt(project, fromNth(nth), victim, name, "--yes", "--skip-preview");
        if (at === undefined) break;
        await ended(project);
        const done = await fix(project);
        await next(project);
        say(`${name}, ${victim}, mutation ${nth}, ${at}: ${done}`);
      }
      say(`${name}, ${victim}: ${nth - 1} mutations, each repaired`);
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
    const { model, start, close } = await freshBootstrap();
    const isNext = eachOnce();
    let [bootstrap, kills] = [await start(), 0];
    try {
      await bootstrap.up();
      const whole = madeByBootstrap(model);
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
      await close();
    }
  },
  hours,
);

test(
  "SIGKILL of the cli at each mutation of a bootstrap stack's destroy: up is through again each time, with all that was there",
  async () => {
    const { model, start, close } = await freshBootstrap();
    let bootstrap = await start();
    let kills = Number(process.env["SOAK_FROM"] ?? 1) - 1;
    try {
      await bootstrap.up();
      const whole = madeByBootstrap(model);
      for (; ; kills += 1) {
        const { at } = await killedAt(bootstrap, fromNth(kills + 1), "cli", "destroy", "--yes", "--skip-preview");
        if (at === undefined) break;
        await ended(bootstrap);
        say(`bootstrap destroy, ${kills + 1}. kill, ${at}: ${await fix(bootstrap)}`);
        // Doctor then prints the line that goes on with the destroy: a refresh would end there.
        if ((await doctor(bootstrap)).of("ci-container")?.state === "failed") {
          await bootstrap.destroy("--refresh=false");
          bootstrap = await start();
        }
        await bootstrap.up();
        expect(madeByBootstrap(model)).toEqual(whole);
      }
      expect(kills).toBeGreaterThan(20);
    } finally {
      say(`bootstrap destroy: ${kills} kills, each repaired`);
      await close();
    }
  },
  hours,
);
