/**
 * Node's compile cache, because compiling takes most of a start. Imported first, for its effect. It lies
 * beside the code, so that only those can write to it who can write the code; others have no cache.
 */
import * as nodeModule from "node:module";
import { join } from "node:path";

/** Node.js versions that are too old have none; they must still reach the check that rejects them. */
const available: { enableCompileCache?: (folder: string) => unknown } = nodeModule;
available.enableCompileCache?.(join(__dirname, "../..", ".compile-cache"));
