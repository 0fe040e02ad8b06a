import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { findRepository } from "../../embedded-cloud/engine/repository";

const lock = {
  packages: {
    "": {},
    "node_modules/a": { version: "1.0.0", integrity: "sha512-a" },
    "node_modules/other-system": { version: "1.0.0", optional: true },
  },
};
const installed = { packages: { "node_modules/a": lock.packages["node_modules/a"] } };

/** Stands in for tsc: "compiles" each task's program from its source, and records that it ran. */
const compiler = `
const { appendFileSync, cpSync, existsSync, mkdirSync } = require("node:fs");
appendFileSync("compiler.log", process.argv.slice(2).join(" ") + "\\n");
if (existsSync("slow")) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 150);
if (!process.argv.includes("tools/embedded-cloud/tsconfig.json")) process.exit(0);
if (existsSync("broken")) { console.log("tools/embedded-cloud/demo.ts(1,1): error TS1005: ';' expected."); process.exit(2); }
mkdirSync("tools/embedded-cloud/bin", { recursive: true });
cpSync("tools/embedded-cloud/demo.ts", "tools/embedded-cloud/bin/demo.js");
`;

export interface Outcome {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A copy of the bootstrap in a repository with one program, tools/embedded-cloud/demo.ts, and a compiler and an npm that record their runs. */
export class SmallRepository {
  readonly path = mkdtempSync(join(tmpdir(), "bootstrap-test-"));

  constructor() {
    const repository = findRepository();
    const isPartOf = /(?:build|\.[cm]js)$/u;
    cpSync(join(repository, "tools", "build"), join(this.path, "tools", "build"), {
      recursive: true,
      filter: (path) => isPartOf.test(path),
    });
    this.write("package.json", "{}");
    this.write("package-lock.json", JSON.stringify(lock));
    this.write("tsconfig.json", "{}");
    this.write("tools/build/tsconfig.json", "{}");
    this.write("tools/embedded-cloud/tsconfig.json", "{}");
    this.write("tools/build/node/package-lock.json", "{}");
    this.write("tools/embedded-cloud/demo.ts", "console.log('demo', ...process.argv.slice(2));");
    this.install();
    const npm = `#!/bin/sh\necho "$*" >> npm.log\n[ -e slow ] && sleep 0.15\nnode "${this.path}/install.cjs"\n`;
    this.write("npm-bin/npm", npm);
    chmodSync(join(this.path, "npm-bin", "npm"), 0o755);
  }

  write(path: string, content: string): void {
    const file = join(this.path, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }

  /** From now on compiler and npm take long enough for two to overlap. */
  slow(): void {
    this.write("slow", "");
  }

  /** The lines of a file; none if it does not exist. */
  lines(path: string): string[] {
    try {
      return readFileSync(join(this.path, path), "utf8").split("\n").filter(Boolean);
    } catch {
      return [];
    }
  }

  /** node_modules as `npm ci` leaves it, and the same for the npm that stands in. */
  install(): void {
    const files = {
      "node_modules/typescript/bin/tsc": compiler,
      "node_modules/typescript/package.json": "{}",
      "node_modules/.package-lock.json": JSON.stringify(installed),
    };
    for (const [path, content] of Object.entries(files)) this.write(path, content);
    const writes = Object.entries(files).map(
      ([path, content]) =>
        `mkdirSync(dirname(${JSON.stringify(path)}), { recursive: true }); writeFileSync(${JSON.stringify(path)}, ${JSON.stringify(content)});`,
    );
    this.write(
      "install.cjs",
      `const { mkdirSync, writeFileSync } = require("node:fs"); const { dirname } = require("node:path"); ${writes.join("\n")}`,
    );
  }

  start(
    args: string[],
    input?: string,
    environment: NodeJS.ProcessEnv = {},
  ): { child: ChildProcess; outcome: Promise<Outcome> } {
    const PATH = [join(this.path, "npm-bin"), dirname(process.execPath), "/usr/bin", "/bin"].join(delimiter);
    const env = { PATH, ...environment };
    const child = spawn(process.execPath, ["tools/build/main.mjs", ...args], { cwd: this.path, env });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    child.stdin.end(input);
    const outcome = new Promise<Outcome>((resolve) => {
      child.once("close", (code, signal) => {
        resolve({ code, signal, stdout, stderr });
      });
    });
    return { child, outcome };
  }

  run(args: string[], input?: string, environment?: NodeJS.ProcessEnv): Promise<Outcome> {
    return this.start(args, input, environment).outcome;
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
