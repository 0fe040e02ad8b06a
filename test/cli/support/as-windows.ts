/**
 * What Windows does otherwise, for a command in this process (command-here.ts), with AS_WINDOWS=1 (CONTRIBUTING.md). Files keep this system's
 * names, and the shell is Git's bash, so that a test's own texts hold; the other shells and paths have tests of their own.
 */
import { ChildProcess, spawn } from "node:child_process";
import fs from "node:fs";
import promises from "node:fs/promises";
import path from "node:path";

export const isAsWindows = process.env["AS_WINDOWS"] === "1";

export const hasModes = process.platform !== "win32" && !isAsWindows;

const failing = (code: string, path: unknown) => Object.assign(new Error(`${code}: ${String(path)}`), { code });

/** There is no /proc, a file has no mode, and who adds to a file cannot shorten it by its handle. */
function files<T extends object>(module: T): T {
  return new Proxy(module, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== "function" || typeof name !== "string") return value;
      if (/^f?chmod/u.test(name)) return name.endsWith("Sync") ? () => undefined : () => Promise.resolve();
      return Object.assign((...given: unknown[]): unknown => {
        if (String(given[0]).startsWith("/proc/")) {
          const error = failing("ENOENT", given[0]);
          if (target === (promises as object)) return Promise.reject(error);
          throw error;
        }
        const result: unknown = Reflect.apply(value, target, given.map(withoutMode));
        return name === "open" && result instanceof Promise && String(given[1]).startsWith("a")
          ? result.then(adding)
          : result;
      }, value);
    },
  });
}

function withoutMode(one: unknown): unknown {
  if (typeof one !== "object" || one === null || !("mode" in one)) return one;
  const { mode: _mode, ...rest } = one;
  return rest;
}

function adding(handle: promises.FileHandle): promises.FileHandle {
  handle.truncate = () => Promise.reject(failing("EPERM", "ftruncate"));
  return handle;
}

/** Node.js finds no script of cmd.exe by its bare name, and a signal ends a process, whatever it would do. */
export function startAsWindows(...[program, argv, options]: Parameters<typeof spawn>): ChildProcess {
  const isScript = /^(?:az|npm|npx)$/u.test(program);
  const words = /(?:^|\\)cmd\.exe$/u.test(program)
    ? wordsForCmd(argv)
    : [isScript ? `${program}.exe` : program, ...argv];
  const [first = "", ...others] = words;
  const PATH = options.env?.["PATH"]?.replaceAll(";", ":");
  const child = spawn(first, others, { ...options, env: { ...options.env, PATH }, windowsVerbatimArguments: false });
  child.kill = (signal) => ChildProcess.prototype.kill.call(child, signal === 0 ? 0 : "SIGKILL");
  return child;
}

/** Of `/d /s /c "line"`, as cmd.exe reads it and then the program. */
function wordsForCmd(argv: readonly string[]): string[] {
  const line = (argv.at(-1) ?? "").slice(1, -1).replace(/\^(.)/gu, "$1");
  return [...line.matchAll(/"((?:\\.|[^"\\])*)"|[^ ]+/gu)].map(([word, quoted]) =>
    quoted === undefined ? word : quoted.replace(/\\(["\\])/gu, "$1"),
  );
}

export const windowsProcess: PropertyDescriptorMap = {
  platform: { value: "win32" },
  kill: { value: (pid: number, signal?: string | number) => process.kill(pid, signal === 0 ? 0 : "SIGKILL") },
};

/** PATHEXT lets a stand-in be found by its name without an end. */
export const windowsVariables = ({ PATH = "", ...others }: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({
  SHELL: "bash",
  ...others,
  PATH: PATH.replaceAll(":", ";"),
  PATHEXT: ";.CMD",
});

export const windowsModules: Readonly<Record<string, object>> = {
  "node:fs": files(fs),
  "node:fs/promises": files(promises),
  "node:path": { ...path, delimiter: ";" },
};
