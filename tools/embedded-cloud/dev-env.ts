// `eval "$(npm run -s dev:env)"` prepares a shell for `pulumi` and `secure-app-model` on stack dev, with the
// embedded cloud that `npm start -- --keep` left running. With --administrator its identity may from then on do what a
// Global Administrator may: give identities of CI their permissions (docs/ci.md).
import { readFileSync } from "node:fs";
import { request } from "node:https";
import { connect } from "node:net";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { cloudDirectory, variablesFile } from "./cloud-files";
import { engineVariables, foreignVariables, workDirectoryOf } from "./engine/engine-environment";
import { findOrMakeEngine } from "./engine/find-or-make-engine";
import { messageOf } from "./engine/message-of";
import { hasProviders, prepareEngineHome } from "./engine/provider-plugins";
import { linkTo } from "./engine/put-in-place";
import { findRepository } from "./engine/repository";
import { exportLines } from "./engine/shell-exports";
import { stackOutputs } from "./engine/stack-outputs";

const noCloud = 2;
const connectTimeoutMs = 2_000;

function readCloud(file: string): Record<string, string> | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Record<string, string>;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** A killed cloud leaves its file; whether its port responds shows if it runs. */
async function answers(host: string): Promise<boolean> {
  const [name, port] = host.split(":");
  const socket = connect({ host: name ?? "", port: Number(port), timeout: connectTimeoutMs });
  try {
    return await new Promise((resolve) => {
      socket.once("connect", () => {
        resolve(true);
      });
      for (const event of ["error", "timeout"]) {
        socket.once(event, () => {
          resolve(false);
        });
      }
    });
  } finally {
    socket.destroy();
  }
}

/** A folder that contains only the command. @returns its path */
async function commandDirectory(workDirectory: string): Promise<string> {
  const folder = join(workDirectory, "commands");
  await linkTo(join(findRepository(), "bin", "cli", "main.js"), join(folder, "secure-app-model"));
  return folder;
}

/** The vault of stack dev; nothing while it is not deployed. */
function vaultVariable(workDirectory: string): Record<string, string> {
  const { vaultUri } = stackOutputs(workDirectory, "dev");
  return typeof vaultUri === "string" ? { SECURE_APP_MODEL_VAULT: vaultUri } : {};
}

/** @throws Error where the cloud refuses it */
async function makeAdministrator(cloud: Readonly<Record<string, string>>, workDirectory: string): Promise<void> {
  const { ARM_METADATA_HOSTNAME: host = "", ARM_CLIENT_ID: id = "", SSL_CERT_FILE: ca = "" } = cloud;
  const token = readFileSync(join(cloudDirectory(workDirectory), `admin-token-${host.split(":")[1] ?? ""}`), "utf8");
  const headers = { authorization: `Bearer ${token.trim()}`, "content-type": "application/json" };
  const asked = request(`https://${host}/_admin/applications/${id}`, {
    ...{ method: "POST", headers, ca: readFileSync(ca) },
  });
  const status = await new Promise((resolve, reject) => {
    asked.once("response", (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    asked.once("error", reject);
    asked.end(JSON.stringify({ appRoles: ["AppRoleAssignment.ReadWrite.All", "User.RevokeSessions.All"] }));
  });
  if (status !== 200) throw new Error(`The embedded cloud answered ${String(status)} to an administrator's grant.`);
}

/** Prints the lines on stdout and returns the exit code: 0, or 2 when no embedded cloud runs. */
async function devEnv(): Promise<number> {
  const { values } = parseArgs({ options: { administrator: { type: "boolean" } } });
  const workDirectory = workDirectoryOf({});
  const file = join(workDirectory, variablesFile);
  const cloud = readCloud(file);
  const host = cloud?.["ARM_METADATA_HOSTNAME"];
  if (cloud === undefined || (host !== undefined && !(await answers(host)))) {
    const found = cloud === undefined ? "is missing" : `names ${host ?? ""}, where nothing answers`;
    process.stderr.write(
      `No embedded cloud is running: ${file} ${found}.\nStart one in another terminal and leave it running: npm start -- --keep\n`,
    );
    return noCloud;
  }
  if (values.administrator) await makeAdministrator(cloud, workDirectory);
  const engine = await findOrMakeEngine();
  if (!hasProviders(workDirectory)) await prepareEngineHome({ providers: "local" });
  const commands = await commandDirectory(workDirectory);
  const variables = { ...engineVariables({ engine, commands }), ...cloud, ...vaultVariable(workDirectory) };
  process.stdout.write(exportLines(variables, foreignVariables(process.env)));
  return 0;
}

devEnv().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${messageOf(error)}\n`);
    process.exitCode = 1;
  },
);
