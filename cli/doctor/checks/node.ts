import { exitCodes } from "../../exit-code";
import type { Check } from "../check";
import { failed, type Finding, ok } from "../finding";
import { isAtLeast } from "../version";

/** As `engines` in package.json. */
export const oldestNode = "22.12.0";

export const nodeCheck: Check = {
  name: "node",
  title: "Node.js",
  needs: [],
  look: () => judgeNode(process.versions.node),
};

export function judgeNode(version: string): Finding {
  if (isAtLeast(version, oldestNode)) return ok(version);
  return failed(
    `${version}, and ${oldestNode} or later is needed`,
    "Install a later one: https://nodejs.org/en/download",
    exitCodes.usage,
  );
}
