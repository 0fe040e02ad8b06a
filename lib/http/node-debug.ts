/**
 * NODE_DEBUG makes Node.js write what it sends and receives to standard error, including tokens. Node.js reads it when it starts, so that this
 * program cannot undo it: no request is sent while it is set. Its value does not matter, because the parts' output changes between versions.
 */
import { command, type Parts, run } from "../errors/failure";

const withoutIt = run("Run it without", command("unset", "NODE_DEBUG"));

/** Why no request may be sent; undefined if it may. */
export function nodeDebugProblem(): (Parts & { fixes: [typeof withoutIt] }) | undefined {
  if (!process.env["NODE_DEBUG"]) return undefined;
  const what = "NODE_DEBUG is set, and Node.js then writes to standard error what it sends, tokens included.";
  return { what, fixes: [withoutIt] };
}
