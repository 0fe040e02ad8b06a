/**
 * Kills of `rotate`, scheduled and at once, at random moments and at random requests that change something: after one more run, or the command
 * that it prints and one more, no credential and no token is lost, duplicated or left over. SOAK_KILLS: how many (default 100, a third of
 * them by hand). SOAK_SEED: those of another run.
 */
import type { ChildProcess } from "node:child_process";
import type { FixDocument } from "../../lib/errors/document";
import { addManyPartners, type Vault } from "../../embedded-cloud/testing/directory";
import { madeSecretIn } from "../../lib/consent/credential-reference";
import { finished, startCommand } from "../cli/support/built-command";
import { applicationOf, labelsOf } from "../e2e/support/rotations";
import { startDeployed } from "../e2e/support/deployed-once";
import { aboutStack, secureAppModel } from "../e2e/support/command";
import { repository } from "../e2e/support/dev-configuration";
import { clockIn } from "../e2e/support/shifted";
import { ended, isMutation, killAt, type Request, type Victim } from "../e2e/support/kill";
import type { Project } from "../e2e/support/project";
import { newestOf, tokenVersions } from "../e2e/support/vault";
import { linesOf, printedFixes } from "../fixes/support/printed";
import { type } from "../fixes/support/shell";
import { chance, kills, seed } from "./support/chance";
import { killDuring, type Whole } from "./support/kill-during";
import { say } from "./support/repaired";

const { moveTo } = jest.requireActual<{ moveTo: (minutes: number) => void }>("../support/shifted-clock.cjs");
const victims: readonly Victim[] = ["cli", "engine", "group", "provider"];
/** Tokens of other partners in the same vault. */
const partners = 5;
const dayMilliseconds = 86_400_000;

interface Kind {
  name: string;
  argv: readonly string[];
  /** How many credentials there are afterwards. */
  left: 1 | 2;
}
const scheduled: Kind = { name: "scheduled", argv: ["--scheduled"], left: 2 };
const atOnce: Kind = { name: "at once", argv: ["--yes"], left: 2 };
const revoking: Kind = { name: "revoking", argv: ["--yes", "--revoke-now"], left: 1 };

afterAll(() => {
  moveTo(0);
});

test.each([
  { how: "by the calendar", kinds: [scheduled, atOnce, revoking], count: Math.ceil((kills * 2) / 3) },
  { how: "by hand", kinds: [revoking], count: Math.floor(kills / 3) },
])(
  "$count kills $how",
  async ({ how, kinds, count }) => {
    say(`SOAK_SEED=${seed} SOAK_KILLS=${kills}`);
    const { random, oneOf } = chance();
    moveTo(0);
    const firstDay = new Date(Date.now() - 5 * dayMilliseconds).toISOString().slice(0, 10);
    const project = await startDeployed({ plugins: "in processes" });
    const counts = { kills: 0, endedBefore: 0, again: 0, fixed: 0, idleProviders: 0 };
    let days = 0;
    const begin = ({ argv }: Kind) => {
      days += 30;
      moveTo(days * 1440);
      Object.assign(project.environment, clockIn(days));
      return startCommand(["rotate", ...argv, ...placeOf(project)], project.environment);
    };
    try {
      const vault = await addTokens(project);
      if (how === "by the calendar") await project.configure({ credential: { rotateEvery: "30d", firstDay } });
      const whole = new Map<Kind, Whole>();
      for (const kind of kinds) {
        whole.set(kind, await watched(project, begin(kind)));
        await expectWhole(project, vault, kind);
        say(`${how}, ${kind.name}, not killed: ${JSON.stringify(whole.get(kind))}`);
      }
      for (let run = 0; counts.kills < count; run += 1) {
        const kind = kinds[run % kinds.length] ?? revoking;
        const victim = oneOf(victims);
        const at = await killDuring(project, begin(kind), victim, random, whole.get(kind));
        if (await ended(project)) counts.idleProviders += 1;
        const done = await oneMore(project, kind);
        counts[at === undefined ? "endedBefore" : "kills"] += 1;
        if (at !== undefined) counts[done] += 1;
        say(`${counts.kills}. ${how}, ${kind.name}, ${victim} ${at ?? "ended before"}: ${done}`);
        await expectWhole(project, vault, kind);
        if (run % 10 === 9) expect(await aboutStack(project, "drift")).toMatchObject({ code: 0 });
      }
    } finally {
      say(`${how}: ${JSON.stringify(counts)}`);
      await project.close();
    }
  },
  60_000 + kills * 120_000,
);

test("killed while the vault makes the new client secret: the scheduled run completes what doctor took into the state", async () => {
  moveTo(0);
  const firstDay = new Date(Date.now() - 5 * dayMilliseconds).toISOString().slice(0, 10);
  const project = await startDeployed({ plugins: "in processes" });
  try {
    const vault = await addTokens(project);
    await project.configure({ credential: { rotateEvery: "30d", firstDay } });
    const isMoment = ({ method, path }: Request) => method === "PUT" && path.startsWith("/secrets/client-secret-");
    const child = startCommand(["rotate", "--scheduled", ...placeOf(project)], project.environment);
    const [, at] = await Promise.all([finished(child), killAt(project, child, isMoment, "engine")]);
    expect(at).toMatch(/\/secrets\/client-secret-/u);
    await ended(project);
    expect(await oneMore(project, scheduled)).toBe("fixed");
    await expectWhole(project, vault, scheduled);
  } finally {
    await project.close();
  }
}, 300_000);

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

const placeOf = ({ stack, configFile }: Project) => ["--stack", stack, "--config-file", configFile];

/** The same command once more; if that fails, the command that it prints. */
async function oneMore(project: Project, { argv }: Kind): Promise<"again" | "fixed"> {
  const { code, stdout } = await aboutStack(project, "rotate", ...argv, "--json");
  if (code === 0) return "again";
  const { error } = JSON.parse(stdout) as { error: { fixes: readonly FixDocument[] } };
  const fix = "cli/rotate/scheduled.ts: If a run before it was killed";
  const [printed] = printedFixes(error.fixes, fix);
  await type({ env: project.environment, cwd: repository }, linesOf(printed, {}));
  return "fixed";
}

async function addTokens(project: Project): Promise<Vault> {
  const [vault] = project.subscription.vaults.values();
  if (vault === undefined) throw new Error("The stack has no vault.");
  const { tags } = newestOf(await tokenVersions(project));
  const application = await applicationOf(project);
  const own = { tenant: "{tenant}", account: "{account}", "account-name": "{accountName}", stack: "vendor" };
  const wanted = { count: partners, application: application.appId, redeemable: true, age: 3600 };
  addManyPartners({ context: project.cloud, vault, application }, { ...wanted, tags: { ...tags, ...own } });
  return vault;
}

/**
 * The credentials are the same on the application and in the state, and once in the vault; each token exists once, is named by the newest
 * version, and redeems.
 */
async function expectWhole(project: Project, { secrets }: Vault, { left }: Kind): Promise<void> {
  // The first credential was rotated by hand.
  const rank = (label: string) => label.replace("initial", "");
  const labels = (await labelsOf(project)).map(String).sort((one, other) => (rank(one) < rank(other) ? -1 : 1));
  const declared = (await project.state())
    .filter(({ type }) => type === "azuread:index/applicationPassword:ApplicationPassword")
    .map(({ inputs }) => String(inputs?.["displayName"]));
  const usable = [...secrets].filter(([, { versions }]) => versions.some(({ enabled }) => enabled));
  // Resource Manager deletes no secret of a vault: that of a removed credential stays.
  const kept = usable.map(([name]) => madeSecretIn(name)?.label).filter((label) => labels.includes(label ?? ""));
  const tokens = usable.filter(([name]) => name.startsWith("refresh-token-"));
  const named = tokens.flatMap(([, { versions }]) =>
    versions.filter(({ enabled }) => enabled).map(({ tags }) => madeSecretIn(tags["client-secret"] ?? "")?.label),
  );
  const { vaultUri, consent } = await project.outputs();
  const probed = await secureAppModel(project, ["status", "--probe", "--json", "--vault", vaultUri]);
  const status = JSON.parse(probed.stdout) as { tokens: { probe: { redeemed: boolean } | null }[] };
  expect({
    labels: labels.length,
    declared: new Set(declared),
    kept: kept.length,
    keptLabels: new Set(kept),
    tokens: tokens.length,
    named: [...new Set(named)],
    redeemed: status.tokens.filter(({ probe }) => probe?.redeemed === true).length,
    consent,
  }).toMatchObject({
    labels: left,
    declared: new Set(labels),
    kept: labels.length,
    keptLabels: new Set(labels),
    tokens: partners + 1,
    named: [labels.at(-1)],
    redeemed: partners + 1,
    consent: { health: "ok" },
  });
}
