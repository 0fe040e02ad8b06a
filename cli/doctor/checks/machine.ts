/** This machine: its programs and its clock. */
import { statSync } from "node:fs";
import { byPerson, command, sentence } from "../../../lib/errors/failure";
import { others } from "../../../lib/startup/engine-watch";
import { installNode, isAtLeast, oldestNode } from "../../../lib/startup/node-version";
import { exitCodes } from "../../terminal/exit-code";
import { outputOf } from "../../terminal/program-output";
import { check, failed, type Finding, ok, warning } from "../check";

export const nodeCheck = check("node", "Node.js", [], {
  look: () => judgeNode(process.versions.node),
});

export function judgeNode(version: string): Finding {
  if (isAtLeast(version, oldestNode)) return ok(version);
  return failed(`${version}; ${oldestNode} or later is needed`, installNode, exitCodes.usage);
}

/** The first Pulumi version that the program was tested with, and the first one that it was not. */
export const fitEngines = { oldest: "3.250.0", firstUnfit: "4.0.0" };

export const engineCheck = check("engine", "Pulumi engine", [], {
  look: async ({ environment }) => {
    const env = { ...environment, PULUMI_SKIP_UPDATE_CHECK: "true" };
    const { code, out } = await outputOf({ program: "pulumi", args: ["version"] }, { env, timeout: 30_000 });
    return judgeEngine(code === 0 ? out.trim().replace(/^v/u, "") : undefined, otherUsers(usersHere()));
  },
});

/** The users of others' processes, by their numbers. */
export const usersHere = (): (number | undefined)[] =>
  others().map((pid) => statSync(`/proc/${pid}`, { throwIfNoEntry: false })?.uid);

/** The first number that a person gets: below are root, who reads this process's memory anyhow, and the system's services. */
const firstPerson = 1000;

export const otherUsers = (all: readonly (number | undefined)[], own = process.getuid?.()): number[] =>
  [...new Set(all)].filter((user) => user !== undefined && user !== own && user >= firstPerson) as number[];

/** @param version undefined: there is none on PATH, or it cannot be run @param users others of this machine */
export function judgeEngine(version: string | undefined, users: readonly number[] = []): Finding {
  const { oldest, firstUnfit } = fitEngines;
  if (version !== undefined && isAtLeast(version, oldest) && !isAtLeast(version, firstUnfit))
    return users.length === 0 ? ok(version) : warning(besideOthers(version, users), alone);
  const found =
    version === undefined
      ? "no pulumi on PATH; only commands that need no engine, such as token, work"
      : `${version}, and one from ${oldest}, before ${firstUnfit} is needed`;
  return failed(found, sentence("Install a suitable version: https://www.pulumi.com/docs/install/"), exitCodes.usage);
}

const besideOthers = (version: string, users: readonly number[]): string =>
  `${version}; processes of others run on this machine (user ids ${users.join(", ")}), and while an engine runs each of them can act as you`;

const alone = sentence(
  "Deploy, preview and look for drift where nobody else's processes run, as in a job of CI (SECURITY.md).",
);

const second = 1000;
/** The header has whole seconds, and networks have delays. */
const unremarkable = 10 * second;
/** Entra and its resources tolerate five minutes. */
const forgiven = 300 * second;

export const clockCheck = check("clock", "Clock", ["cloud"], {
  look: async (facts) => {
    const ahead = await facts.clockAhead();
    if (ahead === undefined)
      return failed("could not tell: the authority's answer had no time", sentence("Check for a proxy in between"));
    const off = Math.abs(ahead);
    if (off <= unremarkable) return ok("as the authority's");
    const found = `${Math.round(off / second)} seconds ${ahead > 0 ? "ahead of" : "behind"} the authority`;
    const setByNetwork = [
      byPerson("Synchronize it, on Linux", command("timedatectl", "set-ntp", "true")),
      byPerson("On macOS", command("sntp", "-sS", "time.apple.com")),
      byPerson("On Windows", command("w32tm", "/resync")),
    ];
    if (off <= forgiven) return warning(found, setByNetwork);
    return failed(`${found}: tokens count as expired, or as not valid yet`, setByNetwork);
  },
});
