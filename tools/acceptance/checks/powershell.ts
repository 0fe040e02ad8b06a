/** Whether installed PowerShell modules have the parameters that `token --powershell` prints. */
import { spawnSync } from "node:child_process";
import type { Check, Json } from "../check";
import type { World } from "../world";
import { vaultOf } from "./application";
import { resourcesIn } from "./tokens";

const quiet = ["-NoProfile", "-NonInteractive", "-Command"];

export const hasPowerShell = (path: string | undefined): boolean =>
  spawnSync("pwsh", [...quiet, "exit 0"], { env: { ...process.env, PATH: path } }).status === 0;

/** A cmdlet's parameters and their aliases; undefined if no installed module has the cmdlet. */
function parametersOf(cmdlet: string): string[] | undefined {
  const script = `(Get-Command ${cmdlet} -ErrorAction Stop).Parameters.Values | ForEach-Object { $_.Name; $_.Aliases }`;
  const { status, stdout } = spawnSync("pwsh", [...quiet, script], { encoding: "utf8" });
  return status === 0 ? stdout.split(/\s+/u).filter((name) => name !== "") : undefined;
}

async function handOver(world: World, resource: string): Promise<{ cmdlet: string; parameters: string[] }> {
  const { stdout } = await world.deployment.command("token", resource, "--powershell", "--json", ...vaultOf(world));
  const { cmdlet, parameters } = JSON.parse(stdout) as { cmdlet: string; parameters: Record<string, string> };
  for (const value of Object.values(parameters)) if (value.length > 100) world.secrets.add(value);
  return { cmdlet, parameters: Object.keys(parameters) };
}

const powershellModules: Check = {
  id: "powershell-modules",
  promise: "The installed PowerShell modules have every parameter that token --powershell names.",
  needs: ["deployment", "powershell"],
  effect: "reads",
  settles: ["docs/powershell.md"],
  expected: { missing: [] },
  look: async (world) => {
    const missing: Json[] = [];
    for (const resource of resourcesIn(world)) {
      const { cmdlet, parameters } = await handOver(world, resource);
      const there = parametersOf(cmdlet);
      for (const name of there === undefined ? [] : parameters)
        if (!there?.includes(name)) missing.push(`${cmdlet} -${name}`);
    }
    return { missing };
  },
};

export const powershellChecks: readonly Check[] = [powershellModules];
