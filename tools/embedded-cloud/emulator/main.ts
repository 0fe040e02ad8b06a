#!/usr/bin/env node
/** The embedded cloud as a process. Exit codes: 0 ended by a signal, 1 could not start, 2 usage. */
import { mkdirSync } from "node:fs";
import module from "node:module";
import path from "node:path";
import { readArguments, usage } from "./arguments";

/** The same as the command's; older versions lack the compile cache, among other things. */
const oldestNode = "22.12";

async function main(parameters: readonly string[]): Promise<number> {
  const { node } = process.versions;
  if (node.localeCompare(oldestNode, "en", { numeric: true }) < 0) {
    process.stderr.write(
      `emulator: this needs Node ${oldestNode} or later; ${process.execPath} is ${node}. Start it with npm run emulator, which takes a later one.\n`,
    );
    return 1;
  }
  const parsed = readArguments(parameters);
  if ("problem" in parsed) {
    process.stderr.write(`emulator: ${parsed.problem}\n\n${usage}`);
    return 2;
  }
  const directory = path.resolve(parsed.directory ?? path.join(".local", "emulator"));
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    // Half of the start is compiling: the cache must be enabled before anything large is loaded.
    module.enableCompileCache(path.join(directory, "compile-cache"));
    const { serve } = await import("./serve.js");
    await serve({ ...parsed, directory });
    return 0;
  } catch (error) {
    process.stderr.write(`emulator: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

void main(process.argv.slice(2)).then((code) => process.exit(code));
