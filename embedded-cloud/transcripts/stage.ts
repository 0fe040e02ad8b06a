/** What the commands of the page run on: an embedded cloud of their own, stack dev deployed into it, and a folder like a fresh clone. */
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { run } from "../demo/command";
import { freshStack, type StackOutputs } from "../demo/stack";
import { type EmbeddedCloud, startEmbeddedCloud } from "../embedded-cloud";
import { type Engine, findOrMakeEngine } from "../engine/find-or-make-engine";
import { shellQuote } from "../engine/shell-exports";

export interface Stage {
  cloud: EmbeddedCloud;
  engine: Engine;
  /** Where the commands run: the repository's files, with stack dev's settings for this cloud. */
  clone: string;
  /** The folder that is really behind the clone. */
  repository: string;
  env: NodeJS.ProcessEnv;
  outputs: StackOutputs;
  /** A free port for the sign-ins of `consent`: 8400 belongs to whoever uses this machine. */
  signInPort: number;
}

/** Variables by which whoever runs the script would change what the commands print. */
const changing = [
  "CI",
  "FORCE_COLOR",
  "GITHUB_REPOSITORY",
  "GITHUB_TOKEN",
  "NODE_ENV",
  "NODE_OPTIONS",
  "SIGN_IN_ROBOT_ACCOUNT",
];

/** Sets the stage, does the work, and leaves nothing behind. Takes a few seconds; collides with no other run on this machine. */
export async function withStage<T>(repository: string, work: (stage: Stage) => Promise<T>): Promise<T> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "transcripts-")));
  try {
    const clone = await makeClone(repository, folder);
    const workDirectory = join(clone, ".local");
    const cloud = await startEmbeddedCloud({ repository: clone, workDirectory, signIn: "robot" });
    try {
      setDefaultCACertificates([...getCACertificates(), await readFile(cloud.ready.caFile, "utf8")]);
      return await work(await deploy({ repository, clone, workDirectory, cloud }));
    } finally {
      await cloud.stop();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Links to everything, so that the clone runs this build, except what is the clone's own. */
async function makeClone(repository: string, folder: string): Promise<string> {
  const clone = join(folder, "secure-application-model");
  await mkdir(join(clone, ".local"), { recursive: true });
  const names = (await readdir(repository)).filter((name) => !/^(?:\.git|\.local|Pulumi\.dev\.yaml)$/u.test(name));
  for (const name of names) await symlink(join(repository, name), join(clone, name));
  return clone;
}

async function deploy(
  place: Pick<Stage, "repository" | "clone" | "cloud"> & { workDirectory: string },
): Promise<Stage> {
  const { repository, clone, workDirectory, cloud } = place;
  const settings = await readFile(join(repository, "Pulumi.dev.yaml"), "utf8");
  const endpoints = join(workDirectory, "endpoints.json");
  await writeFile(
    join(clone, "Pulumi.dev.yaml"),
    settings
      .replace(".local/endpoints.json", endpoints)
      .replace(/^( +)account: .*$/mu, `$&\n$1port: ${await freePort()}`),
  );
  const engine = await findOrMakeEngine();
  const stack = await freshStack({
    engine,
    repository: clone,
    workDirectory,
    providers: "local",
    variables: cloud.variables,
  });
  const words = ["up", "--yes", "--skip-preview", "--non-interactive", "--stack", "dev"];
  const { code, output } = await run("pulumi", words, { cwd: clone, env: stack.env, output: "keep" });
  if (code !== 0) throw new Error(`pulumi up ended with exit code ${code}:\n${output}`);
  const outputs = await stack.outputs();
  const inherited = Object.entries(stack.env).filter(([name]) => !changing.includes(name));
  const env = {
    ...Object.fromEntries(inherited),
    PATH: [await commandFolder(clone, workDirectory), stack.env["PATH"]].join(delimiter),
    SECURE_APP_MODEL_VAULT: outputs.vaultUri,
    NO_COLOR: "1",
  };
  return { cloud, engine, clone, repository, env, outputs, signInPort: await freePort() };
}

/** Holds nothing but the command, so that it runs by its name. */
async function commandFolder(clone: string, workDirectory: string): Promise<string> {
  const folder = join(workDirectory, "commands");
  await mkdir(folder);
  const words = [process.execPath, join(clone, "bin", "cli", "main.js")].map(shellQuote).join(" ");
  await writeFile(join(folder, "secure-app-model"), `#!/bin/sh\nexec ${words} "$@"\n`, { mode: 0o755 });
  return folder;
}

/** One below those that systems hand out by themselves: between two sign-ins a client of another process would be given such a one. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(10_000, 20_000);
    const server = createServer().listen(port, "127.0.0.1");
    try {
      await once(server, "listening");
    } catch {
      continue; // It is another program's.
    }
    await once(server.close(), "close");
    return port;
  }
}
