// A clone of this repository in which one mutant at a time stands, and tests run: the repository itself never changes.
import { execFileSync, spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { ensureBuilt, rebuild } from "../../tools/build/build.mjs";

const { createProgress } = createRequire(import.meta.url)("../../tools/build/progress.cjs");

const PARTS = "./test/mutants/jest-parts.cjs";
const NODE = ["--experimental-vm-modules", "--disable-warning=ExperimentalWarning", "node_modules/jest/bin/jest.js"];
const JEST = [
  ...NODE,
  "--runInBand",
  `--testSequencer=${PARTS}`,
  `--reporters=${PARTS}`,
  "--silent",
  "--runTestsByPath",
];

/** Milliseconds for a test file of so many seconds: longer, and its mutant is found. */
const limit = (seconds = 200) => 1000 * (30 + 3 * seconds);

export class Lane {
  constructor(repository, number) {
    this.repository = repository;
    this.folder = join(repository, ".local", "mutants", `lane-${number}`);
    this.temporary = join(tmpdir(), `mutants-${number}`);
    process.once("exit", () => this.close());
  }

  async open() {
    this.close();
    execFileSync("git", ["clone", "--quiet", "--local", this.repository, this.folder]);
    for (const path of ["node_modules", "tools/build/node/node_modules"].filter((one) => this.has(one))) {
      execFileSync("cp", ["-al", join(this.repository, path), join(this.folder, path)]);
    }
    for (const path of ["bin", "tools/embedded-cloud/bin"].filter((one) => this.has(one))) {
      cpSync(join(this.repository, path), join(this.folder, path), { recursive: true });
    }
    await ensureBuilt(this.folder, createProgress());
  }

  has(path) {
    return existsSync(join(this.repository, path));
  }

  read(file) {
    return readFileSync(join(this.folder, file), "utf8");
  }

  /** @returns what `use` makes of a build with this content of a file; the next build has the earlier one again */
  async with(file, content, use) {
    const before = this.read(file);
    try {
      writeFileSync(join(this.folder, file), content);
      await rebuild(this.folder, new Set([file, this.last ?? file]));
      return await use();
    } finally {
      writeFileSync(join(this.folder, file), before);
      this.last = file;
    }
  }

  /**
   * Runs test files in this order until one fails twice: a test that fails by chance finds nothing.
   * @param onTime gets the seconds of each that passes @returns the failed test
   */
  async firstFailure(tests, seconds, onTime = () => undefined) {
    for (let left = tests; left.length > 0;) {
      const first = await this.run(left, seconds, onTime);
      if (first === undefined) return undefined;
      const again = await this.run([first.file], seconds, onTime);
      if (again !== undefined) return `${again.file}: ${again.failed}`;
      left = left.slice(left.indexOf(first.file) + 1);
    }
    return undefined;
  }

  async run(tests, seconds, onTime) {
    rmSync(this.temporary, { recursive: true, force: true });
    mkdirSync(this.temporary, { recursive: true });
    const env = { ...process.env, TMPDIR: this.temporary, TESTS_IN_ORDER: tests.join("\n") };
    const stdio = ["ignore", "pipe", "pipe"];
    this.child = spawn(process.execPath, [...JEST, ...tests], { cwd: this.folder, env, stdio, detached: true });
    const ended = new Promise((resolve) => this.child.once("exit", resolve));
    let passed = 0;
    let failure;
    let said = "";
    let timer;
    const fail = (failed) => {
      failure ??= { file: tests[passed], failed };
      this.end();
    };
    const wait = () => {
      clearTimeout(timer);
      timer = setTimeout(fail, limit(seconds[tests[passed]]), "it takes too long");
    };
    wait();
    this.child.stderr.setEncoding("utf8").on("data", (text) => (said += text));
    createInterface(this.child.stdout).on("line", (line) => {
      if (!line.startsWith("{")) return;
      const result = JSON.parse(line);
      if (result.failed !== undefined) return fail(result.failed);
      onTime(tests[passed], result.seconds);
      passed += 1;
      return wait();
    });
    await ended;
    clearTimeout(timer);
    this.child = undefined;
    rmSync(this.temporary, { recursive: true, force: true });
    if (failure === undefined && passed < tests.length) throw new Error(`jest ended early in ${this.folder}:\n${said}`);
    return failure;
  }

  close() {
    this.end();
    for (const path of [this.folder, this.temporary]) rmSync(path, { recursive: true, force: true, maxRetries: 5 });
  }

  end() {
    try {
      if (this.child !== undefined) process.kill(-this.child.pid, "SIGKILL");
    } catch (error) {
      if (error.code !== "ESRCH") throw error;
    }
  }
}
