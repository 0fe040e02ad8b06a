/**
 * A million answers that no service gives, to every request that the product makes; the gate has a sample (test/http). They come in rounds, each over
 * every kind of request, some of it through sockets. SOAK_CASES: how many in all (default a million). SOAK_SEED: those of another run.
 * SOAK_FROM: the round that it goes on from.
 */
import { asked, begin, type Kind, redirected } from "../http/hostile/ask";

jest.mock("@azure/core-rest-pipeline", () =>
  jest.requireActual<typeof import("../http/hostile/network")>("../http/hostile/network").mockedNetwork(),
);
jest.mock("../../lib/startup/waiting", () =>
  jest.requireActual<typeof import("../http/hostile/waits")>("../http/hostile/waits").mockedWaiting(),
);

const cases = Number(process.env["SOAK_CASES"] ?? 1_000_000);
const seed = Number(process.env["SOAK_SEED"] ?? Math.floor(performance.timeOrigin) % 1_000_000);
const from = Number(process.env["SOAK_FROM"] ?? 1);
const say = (text: string) => process.stderr.write(`${text}\n`);

const kinds = [...asked, ...redirected];
/** Cases of each kind in a round: one in twenty through sockets, which take longer. */
const each = { fed: 380, sockets: 20 };
const ofRound = each.fed * kinds.length + each.sockets * asked.length;
const last = Math.ceil(cases / ofRound);
const rounds = Array.from({ length: last }, (_, index) => index + 1).filter((round) => round >= from);

beforeAll(() => {
  say(`SOAK_SEED=${seed} SOAK_CASES=${cases}: ${last} rounds of ${ofRound} cases`);
});

test.each(rounds)("round %i", async (round) => {
  const since = performance.now();
  const problems = [...(await meetAll("fed", kinds, round)), ...(await meetAll("sockets", asked, round))];
  const seconds = Math.round((performance.now() - since) / 1000);
  say(JSON.stringify({ round, of: last, cases: ofRound, seconds, failed: problems.length }));
  // Hours before the last round is over.
  for (const problem of problems) say(problem);
  if (problems.length > 0) throw new Error(problems.join("\n\n"));
});

/** @returns what did harm; one kind's does not end the others */
async function meetAll(network: keyof typeof each, all: readonly Kind[], round: number): Promise<string[]> {
  const problems: string[] = [];
  const end = await begin(network);
  try {
    for (const [index, { name, meet }] of all.entries()) {
      const own = seed + round * 1000 + index + (network === "fed" ? 0 : 500);
      await meet({ numRuns: each[network], seed: own }).catch((error: unknown) => {
        problems.push(`${name}, ${network}, SOAK_SEED=${seed} SOAK_FROM=${round}: ${String(error)}`);
      });
    }
  } finally {
    await end();
  }
  return problems;
}
