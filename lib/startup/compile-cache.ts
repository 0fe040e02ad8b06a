/** Imported first: compiling takes most of a start. Whoever can write the cache can also write the code. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import * as nodeModule from "node:module";
import { dirname, join } from "node:path";
import { Script } from "node:vm";

const folder = join(__dirname, "../..", ".compile-cache");

/** Node.js versions that are too old have none; they must still reach the check that rejects them. */
const available: { enableCompileCache?: (folder: string) => unknown } = nodeModule;
available.enableCompileCache?.(folder);

/** The first line of a bundle, which the build writes: the SHA-256 of what follows. */
const stamp = /^\/\/ ([0-9a-f]{64})\n/u;

/** Of a command line that was refused: little was compiled, and any text may stand in place of a command. */
const usage = 2;

type Compile = (this: NodeJS.Module, text: string, file: string, ...more: unknown[]) => unknown;
const { prototype } = nodeModule.Module as unknown as { prototype: { _compile: Compile } };

/**
 * Node.js keeps what is compiled when a file is loaded, and V8 compiles most functions at their first call: in a
 * bundle that takes longer than the loading. So of bundles the process keeps at its end what it has called.
 * @param task in the cache's name: another task calls other functions
 */
export function keepBundlesCompiled(task: string): void {
  if (available.enableCompileCache === undefined) return;
  const compile = prototype._compile;
  prototype._compile = function (text, file, ...more) {
    const [, hash] = stamp.exec(text) ?? [];
    if (hash === undefined) return compile.call(this, text, file, ...more);
    const kept = join(folder, `${hash}-${process.version}-${task}`);
    const cachedData = contentOf(kept);
    const script = new Script(nodeModule.wrap(text), { filename: file, ...(cachedData && { cachedData }) });
    process.once("exit", (code) => {
      if (code !== usage && script.cachedDataRejected !== false) put(kept, script.createCachedData());
    });
    const evaluate = script.runInThisContext() as (...given: unknown[]) => unknown;
    return evaluate.call(this.exports, this.exports, nodeModule.createRequire(file), this, file, dirname(file));
  };
}

function contentOf(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

/** Whole at once, because others may read it. Where this process may not write, each run compiles. */
function put(file: string, content: Buffer): void {
  const part = `${file}.${process.pid}`;
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(part, content, { mode: 0o600 });
    renameSync(part, file);
  } catch {
    // The next run compiles again.
  }
}
