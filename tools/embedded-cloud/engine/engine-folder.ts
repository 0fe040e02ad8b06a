import { execFile } from "node:child_process";
import { accessSync, constants, existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { programFile, scriptFile } from "./launcher";
import { engineVersions } from "./versions";

/** The engine searches its two helpers in its own folder before it searches PATH. */
export const engineFiles = [
  programFile("pulumi"),
  programFile("pulumi-language-nodejs"),
  scriptFile("pulumi-resource-pulumi-nodejs"),
] as const;

const versionTimeoutMs = 10_000;

function isExecutableFile(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** The first engine file that the folder lacks, or undefined when all are there. */
export function missingEngineFile(folder: string): string | undefined {
  if (!existsSync(folder)) return "the folder itself";
  return engineFiles.find((name) => !isExecutableFile(join(folder, name)));
}

/** Runs `pulumi version` in that folder: `3.274.1`, without the leading v and any suffix. */
export async function askVersion(folder: string): Promise<string> {
  const env = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" };
  const { stdout } = await promisify(execFile)(join(folder, engineFiles[0]), ["version"], {
    env,
    timeout: versionTimeoutMs,
  });
  const version = /^v?(\d+\.\d+\.\d+)/.exec(stdout.trim())?.[1];
  if (version === undefined) throw new Error(`pulumi version printed ${JSON.stringify(stdout.trim().slice(0, 80))}`);
  return version;
}

function isOlder(version: string, other: string): boolean {
  return version.localeCompare(other, "en", { numeric: true }) < 0;
}

/** Why that version is not used, or undefined if it is suitable. */
export function unfitness(version: string): string | undefined {
  const { oldestFit, firstUnfit } = engineVersions;
  if (!isOlder(version, oldestFit) && isOlder(version, firstUnfit)) return undefined;
  return `version ${version}, and ${oldestFit} up to, not including, ${firstUnfit} is needed`;
}
