/** The command compared with an empty Node, and `token` with a redemption by Microsoft's Python libraries. */
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { administration, delayed } from "./fleet";
import { installCommand } from "./installed-command";
import { type Command, inTurn, time, timeToOutput } from "./measure";
import { latency } from "./network";
import type { Stage } from "./stage";

export interface CommandFigures {
  /** Medians in milliseconds, each pair from one run. */
  helpAndNode: [number, number];
  tokenAndNode: [number, number];
  /** With a certificate, and with a client secret. */
  certificateAndSecret: [number, number];
  tokenAndPython: [number, number];
  /** With every request {@link latency} longer. */
  overNetwork: [number, number];
  /** Until its command starts, and `token` to its end. */
  execAndToken: [number, number];
  installedAndToken: [number, number];
  npxAndToken: [number, number];
}

const rounds = 15;
/** For operations that take seconds and have no goal. */
const fewRounds = 5;

export async function measureCommand(stage: Stage): Promise<CommandFigures> {
  const env = {
    ...stage.env,
    SECURE_APP_MODEL_VAULT: stage.vaultUri.replace(/\/$/u, ""),
    REQUESTS_CA_BUNDLE: stage.cloud.variables["SSL_CERT_FILE"],
  };
  const withCertificate = { ...env, SECURE_APP_MODEL_VAULT: stage.certificateVaultUri.replace(/\/$/u, "") };
  const base = { cwd: stage.repository, env };
  const main = join(stage.repository, "bin", "cli", "main.js");
  const token: Command = { ...base, command: process.execPath, argv: [main, "token", "partner-center"] };
  const installed = await installCommand(stage, { ...base, argv: ["token", "partner-center"] });
  const npx: Command = { ...base, command: "npx", argv: ["--no", "secure-app-model", "token", "partner-center"] };
  // `true`, but one that shows when it starts.
  const exec: Command = { ...base, command: process.execPath, argv: [main, "exec", "--", "echo"] };
  const help: Command = { ...base, command: process.execPath, argv: [main, "--help"] };
  const node: Command = { ...base, command: process.execPath, argv: ["-e", "0"] };
  const script = join(stage.repository, "tools", "embedded-cloud", "bench", "redeem.py");
  const python: Command = { ...base, command: await virtualEnvironment(stage), argv: [script] };
  const overNetwork = await delayed(await administration(stage), latency, () => timed(token, python));
  return {
    overNetwork,
    helpAndNode: await timed(help, node),
    tokenAndNode: await timed(token, node),
    certificateAndSecret: await timed({ ...token, env: withCertificate }, token),
    tokenAndPython: await timed(token, python),
    execAndToken: await inTurn(
      rounds,
      () => timeToOutput(exec),
      () => time(token),
    ),
    installedAndToken: await timed(installed, token),
    npxAndToken: await timed(npx, token, fewRounds),
  };
}

const timed = (one: Command, other: Command, count = rounds): Promise<[number, number]> =>
  inTurn(
    count,
    () => time(one),
    () => time(other),
  );

/** Created once for a list of requirements. @returns its interpreter */
async function virtualEnvironment({ repository, workDirectory }: Stage): Promise<string> {
  const folder = join(workDirectory, "python");
  const python = join(folder, "bin", "python");
  const requirements = join(repository, "tools", "embedded-cloud", "bench", "requirements.txt");
  const stamp = join(folder, "requirements.txt");
  const wanted = await readFile(requirements, "utf8");
  if (existsSync(stamp) && (await readFile(stamp, "utf8")) === wanted) return python;
  const base = { cwd: repository, env: process.env };
  await time({ ...base, command: "python3", argv: ["-m", "venv", "--clear", folder] });
  await time({ ...base, command: python, argv: ["-m", "pip", "install", "--quiet", "-r", requirements] });
  await writeFile(stamp, wanted);
  return python;
}
