/**
 * Node's compile cache, for this process: compiling the loaded modules takes most of the time that a program or a command needs to start.
 * Imported before everything else, for its effect.
 *
 * It is stored beside the code, which only those can write who could write the code itself. If this process may not write there, there is
 * no cache.
 */
import * as nodeModule from "node:module";
import { join } from "node:path";

/** Node.js versions that are too old have none; they must still reach the check that rejects them. */
const available: { enableCompileCache?: (folder: string) => unknown } = nodeModule;
available.enableCompileCache?.(join(__dirname, "../..", ".compile-cache"));
