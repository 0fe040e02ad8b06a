/**
 * Node's compile cache: compiling takes most of the time that a program or a command needs to start. Imported first, for its effect. It lies
 * beside the code, where only those can write who could write the code itself; if this process may not, there is no cache.
 */
import * as nodeModule from "node:module";
import { join } from "node:path";

/** Node.js versions that are too old have none; they must still reach the check that rejects them. */
const available: { enableCompileCache?: (folder: string) => unknown } = nodeModule;
available.enableCompileCache?.(join(__dirname, "../..", ".compile-cache"));
