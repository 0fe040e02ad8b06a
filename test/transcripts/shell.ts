/** Runs a command line as a shell does, with or without a terminal. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { stripVTControlCharacters } from "node:util";
import { variablesOfShell } from "../cli/support/command-of-shell";
import type { Ending } from "./page";

export interface Surroundings {
  cwd: string;
  env: NodeJS.ProcessEnv;
  input?: string;
  /** Runs on a terminal of 100 columns: needs `script` of util-linux. */
  terminal?: Terminal;
}

/** The input typed at the terminal when the output ends with the prompt. */
export interface Terminal {
  prompt: string;
  answer(output: string): Promise<string>;
}

/**
 * @returns both streams, in the order they came, without colours
 * @throws Error when the program that provides a terminal is missing, or nothing could be typed
 */
export async function runInShell(command: string, surroundings: Surroundings): Promise<Ending> {
  const { cwd, input = "", terminal } = surroundings;
  const env = { ...surroundings.env, ...(await variablesOfShell(surroundings.env)) };
  const [program, ...argv] =
    terminal === undefined
      ? ["sh", "-c", `exec 2>&1\n${command}`]
      : ["script", "-qefc", `stty cols 100 rows 50\n${command}`, "/dev/null"];
  const child = spawn(program, argv, { cwd, env, stdio: ["pipe", "pipe", "inherit"] });
  let raw = "";
  // The terminal ends the line of an answered prompt with one more carriage return.
  const shown = () => stripVTControlCharacters(raw).replace(/\r+\n/gu, "\n");
  let answer: Promise<unknown> | undefined;
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    raw += chunk;
    if (answer !== undefined || terminal === undefined || !shown().endsWith(terminal.prompt)) return;
    const answered = terminal.answer(shown());
    answer = answered;
    // Without a terminal the input ends, and with it any wait for input.
    answered.then(
      (line) => child.stdin.end(`${line}\n`),
      () => child.stdin.end(),
    );
  });
  // A command that does not read all of its input is judged by its exit code.
  child.stdin.on("error", () => undefined);
  if (terminal === undefined) child.stdin.end(input);
  const [code] = (await once(child, "close")) as [number | null];
  await answer;
  return { code: code ?? -1, text: shown() };
}
