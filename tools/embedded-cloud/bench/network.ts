/** Commands with every request longer, as over a network: the requests that wait for each other, and the time. */
import { join } from "node:path";
import { administration, delayed } from "./fleet";
import { type Command, median, time, timeToOutput } from "./measure";
import type { Stage } from "./stage";

export interface NetworkFigure {
  /** As a page names it. */
  what: string;
  /** Medians. */
  inARow: number;
  /** Default: no goal. */
  most?: number;
  milliseconds: number;
}

/** Milliseconds of each request. */
export const latency = 40;

const rounds = 5;

/** A customer of the embedded cloud's partner. */
const customer = "contoso.example";

export async function measureNetwork(stage: Stage): Promise<NetworkFigure[]> {
  const ask = await administration(stage);
  const env = { ...stage.env, SECURE_APP_MODEL_VAULT: stage.vaultUri.replace(/\/$/u, "") };
  const { argv: place } = stage.pulumi(stage.repository);
  const ours = (...argv: string[]): Command => ({
    ...{ command: process.execPath, argv: [join(stage.repository, "bin", "cli", "main.js"), ...argv] },
    ...{ cwd: stage.repository, env },
  });
  const measured = async (what: string, once: () => Promise<number>): Promise<NetworkFigure> => {
    const [times, rows]: [number[], number[]] = [[], []];
    for (let round = 0; round < rounds; round++) {
      await ask("DELETE", "/_admin/requests");
      times.push(await once());
      rows.push(longestRow((await ask("GET", "/_admin/requests")) as Requests));
    }
    return { what, inARow: median(rows), milliseconds: median(times) };
  };
  await time(ours("customers", "consent", customer));
  const toEnd = (...argv: string[]) => measured(`\`${argv.slice(0, 2).join(" ")}\``, () => time(ours(...argv)));
  return await delayed(ask, latency, async () => [
    // One of them is the discovery of own endpoints.
    { ...(await toEnd("token", "partner-center")), most: 5 },
    await measured("`exec -- echo`, until the command starts", () => timeToOutput(ours("exec", "--", "echo"))),
    await toEnd("customers", "check", customer),
    await toEnd("status"),
    await toEnd("doctor", ...place.filter((word) => word !== "--non-interactive")),
  ]);
}

interface Requests {
  requests: { at: string; milliseconds: number; path: string }[];
}

/** @returns the most requests of which each began after the end of the one before */
function longestRow({ requests }: Requests): number {
  const sent = requests.filter(({ path }) => !path.startsWith("/_admin/"));
  const spans = sent.map(({ at, milliseconds }) => ({ end: Date.parse(at), milliseconds }));
  let [row, free] = [0, 0];
  for (const { end, milliseconds } of spans.toSorted((one, other) => one.end - other.end)) {
    if (end - milliseconds < free) continue;
    row += 1;
    free = end;
  }
  return row;
}
