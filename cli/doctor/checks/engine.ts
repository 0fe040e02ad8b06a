import { execFile } from "node:child_process";
import { sentence } from "../../../errors/fix";
import { exitCodes } from "../../exit-code";
import type { Check } from "../check";
import { failed, type Finding, ok } from "../finding";
import { isAtLeast } from "../../../startup/version";

/** The first Pulumi that the program was run under, and the first that it was not. */
export const fitEngines = { oldest: "3.250.0", firstUnfit: "4.0.0" };

const install = sentence("Install a fit one: https://www.pulumi.com/docs/install/");

export const engineCheck: Check = {
  name: "engine",
  title: "Pulumi engine",
  needs: [],
  look: async ({ environment }) => judgeEngine(await versionOnPath(environment)),
};

/** @param version undefined: there is none on PATH, or it does not run */
export function judgeEngine(version: string | undefined): Finding {
  if (version === undefined) {
    return failed(
      "no pulumi on PATH; only commands that need no engine, such as token, work",
      install,
      exitCodes.usage,
    );
  }
  if (isAtLeast(version, fitEngines.oldest) && !isAtLeast(version, fitEngines.firstUnfit)) return ok(version);
  const wanted = `from ${fitEngines.oldest}, before ${fitEngines.firstUnfit}`;
  return failed(`${version}, and one ${wanted} is needed`, install, exitCodes.usage);
}

async function versionOnPath(environment: NodeJS.ProcessEnv): Promise<string | undefined> {
  const env = { ...environment, PULUMI_SKIP_UPDATE_CHECK: "true" };
  return await new Promise((answer) => {
    execFile("pulumi", ["version"], { env, timeout: 30_000 }, (error, stdout) => {
      answer(error === null ? stdout.trim().replace(/^v/u, "") : undefined);
    });
  });
}
