/**
 * NODE_DEBUG has Node.js write to standard error what it sends and gets, tokens included. Node.js reads it when it starts, so that nothing
 * here can take it back: under it no request is sent. Whichever part of Node.js it names: what each of them writes changes between versions.
 */
import { command, type Parts, run } from "../errors/failure";

const withoutIt = run("Run it without", command("unset", "NODE_DEBUG"));

/** Why nothing may be sent; undefined when it may. */
export function nodeDebugProblem(): (Parts & { fixes: [typeof withoutIt] }) | undefined {
  if (!process.env["NODE_DEBUG"]) return undefined;
  const what = "NODE_DEBUG is set, and Node.js then writes to standard error what it sends, tokens included.";
  return { what, fixes: [withoutIt] };
}
