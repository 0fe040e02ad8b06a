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

/** @param ahead milliseconds that this machine is ahead of the authority; undefined: it told no time */
export function judgeClock(ahead: number | undefined): Finding {
  const fix =
    "Set it by the network: timedatectl set-ntp true (Linux), sntp -sS time.apple.com (macOS), w32tm /resync (Windows)";
  if (ahead === undefined)
    return failed("could not tell: the authority's answer carried no time", "Check for a proxy in between");
  const off = Math.abs(ahead);
  const found = `${Math.round(off / second)} seconds ${ahead > 0 ? "ahead of" : "behind"} the authority`;
  if (off <= unremarkable) return ok("as the authority's");
  return off <= forgiven ? warning(found, fix) : failed(`${found}: tokens count as expired, or as not valid yet`, fix);
}
