// A clone of this repository in which mutants stand, one at a time, and tests run: the repository itself is never changed.
import { execFileSync, spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { ensureBuilt, rebuild } from "../../embedded-cloud/bootstrap/build.mjs";

const { createProgress } = createRequire(import.meta.url)("../../embedded-cloud/bootstrap/progress.cjs");

const JEST = ["--experimental-vm-modules", "--disable-warning=ExperimentalWarning", "node_modules/jest/bin/jest.js"];
const OPTIONS = ["--runInBand", "--silent", "--json", "--testSequencer=test/mutants/as-given.cjs", "--runTestsByPath"];

/** Milliseconds for a test file of so many seconds: a mutant that lets it take longer is found. */
const limit = (seconds) => 1000 * (30 + 3 * seconds);

export class Lane {
  constructor(repository, number) {
    this.repository = repository;
    this.folder = join(repository, ".local", "mutants", `lane-${number}`);
    this.temporary = join(tmpdir(), `mutants-${number}`);
    process.on("exit", () => this.end());
  }

  async open() {
    rmSync(this.folder, { recursive: true, force: true });
    execFileSync("git", ["clone", "--quiet", "--local", this.repository, this.folder]);
    for (const path of ["node_modules", "embedded-cloud/node/node_modules"]) {
      if (existsSync(join(this.repository, path)))
        execFileSync("cp", ["-al", join(this.repository, path), join(this.folder, path)]);
    }
    for (const path of ["bin", "embedded-cloud/bin"]) {
      cpSync(join(this.repository, path), join(this.folder, path), { recursive: true });
    }
    await ensureBuilt(this.folder, createProgress());
  }

  read(file) {
    const path = join(this.folder, file);
    return existsSync(path) ? readFileSync(path, "utf8") : "";
  }

  /** @returns what `use` makes of a build with this content of a file */
  async with(file, content, use) {
    const before = this.read(file);
    try {
      writeFileSync(join(this.folder, file), content);
      await rebuild(this.folder, file);
      return await use();
    } finally {
      writeFileSync(join(this.folder, file), before);
      await rebuild(this.folder, file);
    }
  }

  /** Runs test files in this order. @returns jest's results, and the file that took too long */
  async run(tests, seconds, ...options) {
    const output = join(this.folder, ".local", "mutants.json");
    for (const path of [output, this.temporary]) rmSync(path, { recursive: true, force: true });
    mkdirSync(this.temporary, { recursive: true });
    const environment = { ...process.env, TMPDIR: this.temporary, TESTS_IN_ORDER: tests.join("\n") };
    const argv = [...JEST, ...options, `--outputFile=${output}`, ...OPTIONS, ...tests];
    const stdio = ["ignore", "ignore", "pipe"];
    this.child = spawn(process.execPath, argv, { cwd: this.folder, env: environment, stdio, detached: true });
    let text = "";
    let late;
    let timer;
    const await1 = () => {
      const next = tests[text.match(/^(?:PASS|FAIL) /gmu)?.length ?? 0];
      clearTimeout(timer);
      timer = setTimeout(
        () => {
          late = next;
          this.end();
        },
        limit(seconds[next] ?? 300),
      );
    };
    await1();
    this.child.stderr.setEncoding("utf8").on("data", (more) => {
      text += more;
      if (/^(?:PASS|FAIL) /mu.test(more)) await1();
    });
    await new Promise((resolve) => this.child.once("close", resolve));
    clearTimeout(timer);
    this.child = undefined;
    if (late !== undefined) return { late, files: [] };
    if (!existsSync(output)) throw new Error(`jest ended without results in ${this.folder}:\n${text}`);
    const { testResults } = JSON.parse(readFileSync(output, "utf8"));
    if (testResults.length === 0) throw new Error(`jest found no test in ${this.folder}:\n${text}`);
    const files = testResults.map(({ name, status, startTime, endTime, assertionResults, message }) => ({
      file: relative(this.folder, name),
      seconds: (endTime - startTime) / 1000,
      failed:
        status === "failed" &&
        (assertionResults.find((one) => one.status === "failed")?.fullName ?? message.slice(0, 200)),
    }));
    return { files };
  }

  end() {
    try {
      if (this.child !== undefined) process.kill(-this.child.pid, "SIGKILL");
    } catch (error) {
      if (error.code !== "ESRCH") throw error;
    }
  }
}
