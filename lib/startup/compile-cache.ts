/** Imported first: compiling takes most of a start. Whoever can write the cache can also write the code. */
import * as nodeModule from "node:module";
import { join } from "node:path";

/** Node.js versions that are too old have none; they must still reach the check that rejects them. */
const available: { enableCompileCache?: (folder: string) => unknown } = nodeModule;
available.enableCompileCache?.(join(__dirname, "../..", ".compile-cache"));
