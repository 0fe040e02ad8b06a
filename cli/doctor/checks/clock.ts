import { command, run, sentence } from "../../../errors/fix";
import type { Check } from "../check";
import { failed, type Finding, ok, warning } from "../finding";

const second = 1000;
/** The header tells whole seconds, and networks take their time. */
const unremarkable = 10 * second;
/** Entra and its resources forgive five minutes. */
const forgiven = 300 * second;

export const clockCheck: Check = {
  name: "clock",
  title: "Clock",
  needs: ["cloud"],
  look: async (facts) => judgeClock((await facts.authority()).clockAhead),
};

const setByNetwork = [
  run("Set it by the network on Linux", command("timedatectl", "set-ntp", "true")),
  run("On macOS", command("sntp", "-sS", "time.apple.com")),
  run("On Windows", command("w32tm", "/resync")),
];

/** @param ahead milliseconds that this machine is ahead of the authority; undefined: it told no time */
export function judgeClock(ahead: number | undefined): Finding {
  if (ahead === undefined)
    return failed("could not tell: the authority's answer carried no time", sentence("Check for a proxy in between"));
  const off = Math.abs(ahead);
  const found = `${Math.round(off / second)} seconds ${ahead > 0 ? "ahead of" : "behind"} the authority`;
  if (off <= unremarkable) return ok("as the authority's");
  return off <= forgiven
    ? warning(found, setByNetwork)
    : failed(`${found}: tokens count as expired, or as not valid yet`, setByNetwork);
}
