/** The command, installed as in the README: `npm install --global` of the tarball that `npm run pack` makes. */
import { readdir, rm } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { type Command, time } from "./measure";
import type { Stage } from "./stage";

/**
 * Installs it under a prefix of its own.
 * @returns `secure-app-model` with these arguments, found on PATH
 */
export async function installCommand(
  { repository, workDirectory }: Stage,
  base: Omit<Command, "command">,
): Promise<Command> {
  const packed = join(workDirectory, "packed");
  const prefix = join(workDirectory, "installed");
  await rm(packed, { recursive: true, force: true });
  const npm = (...argv: string[]) => time({ command: "npm", argv, cwd: repository, env: process.env });
  await npm("run", "pack", "--", "--to", packed, "secure-app-model");
  const tarballs = (await readdir(packed)).map((name) => join(packed, name));
  await npm(
    "install",
    "--global",
    "--prefix",
    prefix,
    "--prefer-offline",
    "--ignore-scripts",
    "--no-audit",
    ...tarballs,
  );
  const PATH = [join(prefix, "bin"), base.env["PATH"]].join(delimiter);
  return { ...base, command: "secure-app-model", env: { ...base.env, PATH } };
}
