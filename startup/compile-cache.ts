/**
 * Node's compile cache, for this process: most of the time that a program or a command takes to start goes into compiling what it
 * loads. Imported before everything else, for its effect.
 *
 * It lies beside the code, where only those can write who could write the code itself. Where nobody can, nothing happens.
 */
import * as nodeModule from "node:module";
import { join } from "node:path";

/** A Node.js that is too old has none; it gets as far as what says so. */
const available: { enableCompileCache?: (folder: string) => unknown } = nodeModule;
available.enableCompileCache?.(join(__dirname, "..", ".compile-cache"));
