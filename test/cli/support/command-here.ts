/**
 * The built command, run in this process: it has modules, arguments, an environment and standard streams of its own, as if it were started anew.
 * That takes a third of the processor time of a process, and its pauses are short. Signals, what Node.js reads at its start and the end of a process need startCommand().
 */
import { type ChildProcess, execFile, spawn, type SpawnOptions } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { Readable, Writable } from "node:stream";
import vm from "node:vm";
import { sleepShort, startShort } from "../../support/short-pauses.cjs";
import { isAsWindows, startAsWindows, windowsModules, windowsProcess, windowsVariables } from "./as-windows";
import { asByShell, type Finished, main, withoutNotices } from "./built-command";

type Load = (
  exports: object,
  require: NodeJS.Require,
  module: object,
  folder: string,
  process: object,
  start: typeof setTimeout,
) => void;

/** Outside of jest's contexts: a command's errors are those of Node.js, and a worker compiles each file once. */
const outside = vm.runInThisContext("globalThis") as { process: NodeJS.Process; compiledCommand?: Map<string, Load> };
const compiled = (outside.compiledCommand ??= new Map());

function loadOf(file: string): Load {
  const known = compiled.get(file);
  if (known !== undefined) return known;
  const source = readFileSync(file, "utf8");
  const wrapped = `(function (exports, require, module, __dirname, process, setTimeout) {${source}\n})`;
  const load = new vm.Script(wrapped, { filename: file }).runInThisContext() as Load;
  compiled.set(file, load);
  return load;
}

/** Loads a file of the command for one run, once, and what it requires of the command's own likewise. */
function loader(own: NodeJS.Process): (name: string) => unknown {
  const modules = new Map<string, { exports: object }>();
  return function loaded(name) {
    const known = modules.get(name);
    if (known !== undefined) return known.exports;
    const file = join(dirname(main), `${name}.js`);
    const require = createRequire(file);
    const module = { exports: {} };
    modules.set(name, module);
    const requireFor = (wanted: string): unknown => {
      if (wanted === "node:process") return own;
      if (wanted === "node:timers/promises") return { setTimeout: sleepShort };
      // A bundled package may name it without the prefix.
      if (/^(?:node:)?child_process$/u.test(wanted)) return { execFile, spawn: spawnFor(own) };
      const otherwise = isAsWindows ? windowsModules[wanted] : undefined;
      if (otherwise !== undefined) return otherwise;
      return wanted.startsWith("./") ? loaded(wanted.slice(2)) : require(wanted);
    };
    loadOf(file)(module.exports, Object.assign(requireFor, require), module, dirname(file), own, startShort);
    return module.exports;
  };
}

/** Node's, for a process whose streams are no descriptors, and whose variables are not this process's. */
const spawnFor =
  (own: NodeJS.Process) =>
  (program: string, argv: readonly string[], { stdio, ...options }: SpawnOptions): ChildProcess => {
    const inherited = stdio === "inherit" ? ["ignore" as const, own.stdout, own.stderr] : stdio;
    const given = Array.isArray(inherited) ? inherited : [inherited, inherited, inherited];
    const streams = given.map((one) => (one instanceof Writable ? "pipe" : one));
    const start = isAsWindows ? startAsWindows : spawn;
    const child = start(program, argv, { env: own.env, ...options, stdio: streams });
    for (const [index, one] of given.entries()) {
      if (one instanceof Writable) (child.stdio[index] as Readable).pipe(one, { end: false });
    }
    return child;
  };

/** Runs it to its end. @param input content of standard input, or what reads it when the command does */
export async function commandHere(
  argv: string[],
  input: string | (() => Promise<string>) = "",
  environment: NodeJS.ProcessEnv = {},
  { isOneStream = false }: { isOneStream?: boolean } = {},
): Promise<Finished> {
  const given = asByShell(environment);
  const variables = Object.fromEntries(
    Object.entries(isAsWindows ? windowsVariables(given) : given).filter(([, value]) => value !== undefined),
  );
  const said = { stdout: "", stderr: "" };
  const streamOfErrors = isOneStream ? "stdout" : "stderr";
  const collecting = (name: keyof typeof said) =>
    new Writable({
      decodeStrings: false,
      write: (chunk: string | Buffer, _encoding, done) => {
        said[name] += chunk.toString();
        done();
      },
    });
  async function* piped(): AsyncGenerator<Buffer> {
    yield Buffer.from(typeof input === "string" ? input : await input());
  }
  const code = await new Promise<number>((resolve) => {
    const own = Object.create(outside.process, {
      argv: { value: [process.execPath, main, ...argv] },
      env: { value: variables },
      stdin: { value: Readable.from(piped(), { objectMode: false }) },
      stdout: { value: collecting("stdout") },
      stderr: { value: collecting(streamOfErrors) },
      // Listeners for signals.
      _events: { value: Object.create(null) as object, writable: true },
      _eventsCount: { value: 0, writable: true },
      exitCode: { set: resolve },
      exit: { value: resolve },
      ...(isAsWindows && windowsProcess),
    }) as NodeJS.Process;
    loader(own)("program");
  });
  said[streamOfErrors] = withoutNotices(said[streamOfErrors]);
  return { code, ...said };
}
