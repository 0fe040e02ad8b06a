/** A program of this repository as a command: a script of sh, or of cmd.exe on Windows, where the engine looks for `.exe` and `.cmd`. */
import { shellQuote } from "./shell-exports";

type Platform = NodeJS.Platform;

/** The file of a command, as of the engine's release: `.exe`, but for scripts. */
export const programFile = (name: string, platform: Platform = process.platform): string =>
  platform === "win32" ? `${name}.exe` : name;

export const scriptFile = (name: string, platform: Platform = process.platform): string =>
  platform === "win32" ? `${name}.cmd` : name;

/**
 * @param defaults of variables that may be set already
 * @param name in the list of processes, which takes bash; default: Node.js's own
 */
export function scriptText(
  program: string,
  defaults: Readonly<Record<string, string>> = {},
  platform: Platform = process.platform,
  name?: string,
): string {
  const variables = Object.entries(defaults);
  if (platform === "win32") {
    const set = variables.map(([name, value]) => `if not defined ${name} set "${name}=${value}"`);
    return ["@echo off", ...set, `"${process.execPath}" "${program}" %*`, ""].join("\r\n");
  }
  const set = variables.map(([name, value]) => `export ${name}="\${${name}:-${value}}"`);
  const [shell, exec] = name === undefined ? ["sh", "exec"] : ["bash", `exec -a ${name}`];
  const run = `${exec} ${shellQuote(process.execPath)} ${shellQuote(program)} "$@"`;
  return [`#!/bin/${shell}`, ...set, run, ""].join("\n");
}
