import { installNode, oldestNode } from "../../../startup/node-version";
import { isAtLeast } from "../../../startup/version";
import { exitCodes } from "../../exit-code";
import type { Check } from "../check";
import { failed, type Finding, ok } from "../finding";

export const nodeCheck: Check = {
  name: "node",
  title: "Node.js",
  needs: [],
  look: () => judgeNode(process.versions.node),
};

export function judgeNode(version: string): Finding {
  if (isAtLeast(version, oldestNode)) return ok(version);
  return failed(`${version}, and ${oldestNode} or later is needed`, installNode, exitCodes.usage);
}
