/** Files that the engine, the commands and a shell need to reach an emulator. */
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { rootCertificates } from "node:tls";
import type { Announcement, CloudAnnouncement } from "./emulator/announcement";
import type { CloudName } from "./emulator/clouds";
import { scriptFile, scriptText } from "./engine/launcher";

export interface CloudFilesOptions {
  /** Folder with bin/. */
  repository: string;
  /** Contains ports, certificates and the files below. */
  workDirectory: string;
  /** Who signs in: the robot, or a person in the system's browser. */
  signIn: "robot" | "person";
  /** Port of stack dev's sign-ins. Default: the program's own. */
  signInPort?: number;
  /** The cloud that the files describe. Default: the first one that runs. */
  cloud?: CloudName;
  environment?: NodeJS.ProcessEnv;
}

/** Written while the cloud runs; `npm run -s dev:env` reads it. */
export const variablesFile = "cloud.env.json";
/** Where the cloud of `npm start` keeps its own: certificate, keys and admin token. */
export const cloudDirectory = (workDirectory: string): string => join(workDirectory, "cloud");
/** The file that stack dev's configuration names. */
const endpointsFile = "endpoints.json";

/**
 * Writes the files for stack dev and a shell.
 * @param processId of the emulator
 * @returns the environment variables
 * @throws Error when the requested cloud does not run
 */
export async function writeCloudFiles(
  options: CloudFilesOptions,
  ready: Announcement,
  processId: number | undefined,
): Promise<Record<string, string>> {
  const { workDirectory, signInPort } = options;
  const inherited = options.environment ?? process.env;
  const [name, cloud] = cloudOf(ready, options.cloud);
  const { metadataHost, origins, deployer } = cloud;
  const endpoints = { ...origins, vaultSuffix: "127.0.0.1", metadataHost, signInPort };
  await writeFile(join(workDirectory, endpointsFile), `${JSON.stringify(endpoints, null, 2)}\n`);
  const own = await readFile(ready.caFile, "utf8");
  // Each of these variables replaces the trusted certificates and may already be set: their certificates are kept.
  const nodeTrust = await bundle(join(workDirectory, "node-ca.pem"), own, inherited["NODE_EXTRA_CA_CERTS"], "");
  const goTrust = await bundle(
    join(workDirectory, "ca.pem"),
    own,
    inherited["SSL_CERT_FILE"],
    rootCertificates.join("\n"),
  );
  const pythonTrust = await bundle(
    join(workDirectory, "python-ca.pem"),
    own,
    inherited["REQUESTS_CA_BUNDLE"],
    rootCertificates.join("\n"),
  );
  const variables: Record<string, string> = {
    EMBEDDED_CLOUD_PID: String(processId),
    ARM_METADATA_HOSTNAME: metadataHost,
    ARM_TENANT_ID: cloud.tenantId,
    ARM_SUBSCRIPTION_ID: cloud.subscriptionId,
    ARM_CLIENT_ID: deployer.clientId,
    ARM_CLIENT_SECRET: deployer.clientSecret,
    NODE_EXTRA_CA_CERTS: nodeTrust,
    SSL_CERT_FILE: goTrust,
    REQUESTS_CA_BUNDLE: pythonTrust,
    SECURE_APP_MODEL_CLOUD: name,
    SECURE_APP_MODEL_ENDPOINTS: join(workDirectory, endpointsFile),
    ...(options.signIn === "robot" ? { BROWSER: await robotCommand(options, cloud) } : {}),
  };
  await writeFile(join(workDirectory, variablesFile), `${JSON.stringify(variables, null, 2)}\n`, { mode: 0o600 });
  return variables;
}

async function bundle(file: string, own: string, trusted: string | undefined, otherwise: string): Promise<string> {
  const before = trusted && trusted !== file && existsSync(trusted) ? await readFile(trusted, "utf8") : otherwise;
  await writeFile(file, `${own}\n${before}`);
  return file;
}

function cloudOf(ready: Announcement, wanted: CloudName | undefined): [CloudName, CloudAnnouncement] {
  const name = wanted ?? ready.clouds[0];
  const cloud = name === undefined ? undefined : ready.byCloud[name];
  if (name !== undefined && cloud !== undefined) return [name, cloud];
  throw new Error(
    `${name ?? "No cloud"} does not run in this emulator: it was started with --clouds ${ready.clouds.join(",")}.`,
  );
}

/** BROWSER is a command that signs in as the service account, over HTTP, through the pages a person sees. */
async function robotCommand(
  { repository, workDirectory }: CloudFilesOptions,
  { serviceAccount }: CloudAnnouncement,
): Promise<string> {
  const file = join(workDirectory, scriptFile("sign-in-robot"));
  const robot = join(repository, "tools", "embedded-cloud", "bin", "sign-in-robot.js");
  const text = scriptText(robot, { SIGN_IN_ROBOT_ACCOUNT: serviceAccount.userPrincipalName });
  await writeFile(file, text, { mode: 0o755 });
  return file;
}
