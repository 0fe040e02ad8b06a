/** Programs that are scripts of cmd.exe on Windows, as az.cmd is: Node.js there finds none by its bare name, and starts none. */
import childProcess, { type ChildProcess } from "node:child_process";
import { EventEmitter } from "node:events";
import { chmodSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { temporaryFolder } from "../support/temporary-folder";

const folder = temporaryFolder();
for (const name of ["az", "gh", "pulumi"]) {
  writeFileSync(join(folder, `${name}.cmd`), "@echo off\n");
  chmodSync(join(folder, `${name}.cmd`), 0o755);
}

/** What was started: as Windows does, nothing but cmd.exe and .exe files. */
const started: string[][] = [];
function start(file: string, args: readonly string[] = []): ChildProcess {
  started.push([file, ...args]);
  const found = /(?:^|[\\/])(?:cmd|\w+)\.exe$/u.test(file);
  const streams = { stdout: Readable.from([""]), stderr: Readable.from([""]), stdin: new PassThrough() };
  const child = Object.assign(new EventEmitter(), streams, { kill: () => true }) as unknown as ChildProcess;
  setImmediate(() => {
    if (found) child.emit("close", 0, null);
    else child.emit("error", Object.assign(new Error(`spawn ${file} ENOENT`), { code: "ENOENT" }));
  });
  return child;
}

// A module asks for the system when it is loaded.
beforeEach(() => {
  started.length = 0;
  jest.resetModules();
  jest.spyOn(childProcess, "spawn").mockImplementation(start);
  Object.defineProperty(process, "platform", { value: "win32" });
  // One folder: the separator is another one there.
  jest.replaceProperty(process, "env", { PATH: folder, PATHEXT: ".EXE;.CMD" });
  expect(folder).not.toContain(delimiter);
});
const { platform } = process;
afterEach(() => {
  jest.restoreAllMocks();
  Object.defineProperty(process, "platform", { value: platform });
});

const byCmd = (line: string): string[] => ["cmd.exe", "/d", "/s", "/c", `"${line}"`];

test("the output of az, whose words cmd.exe does not read", async () => {
  const { outputOf } = jest.requireActual<typeof import("../../cli/terminal/program-output")>(
    "../../cli/terminal/program-output",
  );
  expect(await outputOf({ program: "az", args: ["login", "a&b c"] })).toMatchObject({ code: 0 });
  expect(started).toEqual([byCmd('az ^"login^" ^"a^&b^ c^"')]);
});

test("a command of exec", async () => {
  const { runOneOf } = jest.requireActual<typeof import("../../cli/terminal/run-command")>(
    "../../cli/terminal/run-command",
  );
  expect(await runOneOf(["az", "version"], process.env, "inherit")).toBe(0);
  expect(started).toEqual([byCmd('az ^"version^"')]);
});

test("a script of PowerShell is no command: Windows would open it in an editor, and that goes well", async () => {
  const { runOneOf } = jest.requireActual<typeof import("../../cli/terminal/run-command")>(
    "../../cli/terminal/run-command",
  );
  await expect(runOneOf(["audit.ps1"], process.env, "inherit")).rejects.toThrow("audit.ps1 is a PowerShell script");
  expect(started).toEqual([]);
});

test("the engine", async () => {
  const { askEngine } = jest.requireActual<typeof import("../../cli/engine/engine")>("../../cli/engine/engine");
  await askEngine({ cwd: folder, environment: process.env }, "whoami");
  expect(started).toEqual([byCmd('pulumi ^"whoami^" ^"--non-interactive^" ^"--color^" ^"never^"')]);
});
