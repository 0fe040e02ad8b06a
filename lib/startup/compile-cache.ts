/** Imported first: compiling takes most of a start. Whoever can write the cache can also write the code. */
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import * as nodeModule from "node:module";
import { dirname, join } from "node:path";
import { Script } from "node:vm";
import { crc32 } from "node:zlib";

/** Old versions of Node.js lack these functions, and must still reach the check that rejects them. */
const available: Partial<Pick<typeof nodeModule, "enableCompileCache" | "getCompileCacheDir">> = nodeModule;
available.enableCompileCache?.(join(__dirname, "../..", ".compile-cache"));

/** The first line of a bundle, which the build writes. */
const bundle = "// bundle\n";

/** The exit code of a refused command line, which caches nothing: little was compiled, and `task` may be any text. */
const usage = 2;

type Compile = (this: NodeJS.Module, text: string, file: string, ...more: unknown[]) => unknown;
const { prototype } = nodeModule.Module as unknown as { prototype: { _compile: Compile } };

/**
 * Caches the functions of bundles that this process has called. Node.js caches only what is compiled at loading; V8
 * compiles most functions at their first call, which in a bundle takes longer than loading.
 * @param task in the cache's name, as another task calls other functions
 */
export function keepBundlesCompiled(task: string): void {
  // The folder depends on version, V8's settings and user; undefined if a variable forbids it or it is not writable.
  const folder = available.getCompileCacheDir?.();
  if (folder === undefined) return;
  const compile = prototype._compile;
  prototype._compile = function (text, file, ...more) {
    if (!text.startsWith(bundle)) return compile.call(this, text, file, ...more);
    // The checksum is needed because V8 compares only the length of a text.
    const kept = join(folder, `${hexadecimal(crc32(text))}-${task}`);
    const cachedData = contentOf(kept);
    const script = new Script(nodeModule.wrap(text), { filename: file, ...(cachedData && { cachedData }) });
    process.once("exit", (code) => {
      if (code !== usage && script.cachedDataRejected !== false) put(kept, script);
    });
    const evaluate = script.runInThisContext() as (...given: unknown[]) => unknown;
    return evaluate.call(this.exports, this.exports, nodeModule.createRequire(file), this, file, dirname(file));
  };
}

const hexadecimal = (checksum: number): string => checksum.toString(16).padStart(8, "0");

/** The cached code, if it is whole: V8 would run a file that a full disk or a power cut has cut off. */
function contentOf(file: string): Buffer | undefined {
  try {
    const whole = readFileSync(file);
    const data = whole.subarray(4);
    return whole.readUInt32BE() === crc32(data) ? data : undefined;
  } catch {
    return undefined;
  }
}

/** Writes the file by renaming, because others may read it. If this process may not write, each run compiles. */
function put(file: string, script: Script): void {
  const part = `${file}.${process.pid}`;
  try {
    const data = script.createCachedData();
    const checksum = Buffer.alloc(4);
    checksum.writeUInt32BE(crc32(data));
    writeFileSync(part, Buffer.concat([checksum, data]), { mode: 0o600 });
    renameSync(part, file);
  } catch {
    rmSync(part, { force: true });
  }
}
