/** Opens a browser: by the variable BROWSER, as command-line tools do, else by the system's command. */
import { spawn } from "cross-spawn";
import { closeSync, existsSync, openSync } from "node:fs";
import { delimiter } from "node:path";
import { isatty } from "node:tty";
import type { ConsentMode } from "../config/limits";

/** Mode auto needs BROWSER or, outside CI, a terminal that can be opened: a provider's stdin is no terminal. */
export function canSignIn(
  mode: ConsentMode,
  environment: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): boolean {
  if (mode !== "auto") return mode === "interactive";
  if (environment["BROWSER"]) return true;
  return !environment["CI"] && hasTerminal(platform);
}

/** The terminal of this process, wherever its streams lead. @throws Error if there is none */
export function openTerminal(way: "in" | "out", platform: NodeJS.Platform = process.platform): number {
  const consoles = { in: String.raw`\\.\CONIN$`, out: String.raw`\\.\CONOUT$` };
  // "r+" creates no file if there is no device. The device of Windows is unverified.
  return openSync(platform === "win32" ? consoles[way] : "/dev/tty", "r+");
}

function hasTerminal(platform: NodeJS.Platform): boolean {
  try {
    closeSync(openTerminal("in", platform));
    return true;
  } catch {
    return isatty(0);
  }
}

const systemCommands: Partial<Record<NodeJS.Platform, string[]>> = {
  darwin: ["open"],
  win32: ["rundll32", "url.dll,FileProtocolHandler"],
};

/** Opens a URL without waiting for the browser. It never throws, as the URL is printed as well. */
export function openBrowser(url: string, environment: NodeJS.ProcessEnv = process.env): void {
  const [command, ...argv] = browserCommand(environment["BROWSER"]);
  if (!command) return;
  const hasPlaceholder = argv.some((word) => word.includes("%s"));
  const parameters = hasPlaceholder ? argv.map((word) => word.replace("%s", url)) : [...argv, url];
  try {
    const browser = spawn(command, parameters, {
      stdio: ["ignore", "ignore", "inherit"],
      detached: true,
      env: environment,
    });
    browser.on("error", () => undefined);
    browser.unref();
  } catch {
    // Some system errors other than "not found" are thrown, for example for a path below a file.
  }
}

/** BROWSER may list several commands, and each may have arguments, with %s in place of the URL. */
function browserCommand(named: string | undefined): string[] {
  if (!named) return systemCommands[process.platform] ?? ["xdg-open"];
  if (existsSync(named)) return [named];
  return named.split(delimiter, 1).join().trim().split(/\s+/u);
}
