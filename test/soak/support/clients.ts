/** Vendors' clients for other languages, installed from their registries in the versions of `test/soak/clients/<language>`. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { withFileLock } from "../../../tools/embedded-cloud/engine/repository";

export const clients = path.join(__dirname, "..", "clients");
export const installed = path.resolve(".local", "soak-clients");

/** Runs a program with nothing of this process's environment but what finds programs and caches. @returns its standard output */
export async function run(
  command: string,
  argv: readonly string[],
  env: Record<string, string> = {},
  cwd = tmpdir(),
): Promise<string> {
  const inherited = Object.entries(process.env).filter(([name]) =>
    /^(?:PATH|HOME|GO\w+|PIP_\w+|JAVA_HOME)$/u.test(name),
  );
  const { stdout } = await promisify(execFile)(command, argv, {
    cwd,
    env: { ...Object.fromEntries(inherited), ...env },
    maxBuffer: 64 * 1024 * 1024,
  }).catch((error: unknown) => {
    const { code, message, stderr = "" } = error as NodeJS.ErrnoException & { stderr?: string };
    if (code === "ENOENT") throw new Error(`${command} is not on PATH: this test needs it.`);
    throw new Error(`${command} ${argv[0] ?? ""} failed: ${message}\n${stderr}`);
  });
  return stdout;
}

/** A virtual environment with the pinned versions, made once. @returns the folder of its programs */
export async function pythonWith(language: string): Promise<string> {
  const home = path.join(installed, language);
  const requirements = path.join(clients, language, "requirements.txt");
  const stamp = path.join(home, "installed.txt");
  // Its programs contain its path, so that a copy of the folder has none that runs.
  const wanted = `# ${home}\n${await readFile(requirements, "utf8")}`;
  // Two test files want az.
  await withFileLock(path.resolve(".local", "locks", language), async () => {
    if (existsSync(stamp) && (await readFile(stamp, "utf8")) === wanted) return;
    await run("python3", ["-m", "venv", "--clear", home]);
    await run(path.join(home, "bin", "pip"), ["install", "--quiet", "--requirement", requirements]);
    await writeFile(stamp, wanted);
  });
  return path.join(home, "bin");
}

/** @param name a package below `test/soak/clients/go` @returns the program */
export async function goProgram(name: string, folder: string): Promise<string> {
  const program = path.join(folder, "client");
  await run("go", ["build", "-mod=readonly", "-o", program, name], {}, path.join(clients, "go"));
  return program;
}
