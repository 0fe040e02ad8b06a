/** Runs one command line of the page, as a shell does. */
import { spawn } from "node:child_process";
import { stripVTControlCharacters } from "node:util";
import { whileRunning } from "../demo/interruption";
import type { Section } from "./chapter";
import { PagePorts } from "./page-ports";
import type { Stage } from "./stage";

/** @returns what a terminal would show: both streams, in the order they came */
export async function runSection(section: Section, stage: Stage): Promise<string> {
  const undo: (() => Promise<void>)[] = [];
  try {
    for (const condition of section.given ?? []) undo.unshift(await condition(stage));
    const { code, text } = await shell(section, stage);
    const expected = section.exitCode ?? 0;
    if (code !== expected) {
      throw new Error(
        `"${section.title}" ended with exit code ${code} instead of ${expected}: ${section.command}\n${text}` +
          "Mend the command, or its section in local/transcripts/chapters.",
      );
    }
    return text;
  } finally {
    for (const takeBack of undo) await takeBack();
  }
}

async function shell(section: Section, stage: Stage): Promise<{ code: number; text: string }> {
  const { clone: cwd, env } = stage;
  const [program, ...words] = shellOf(section, new PagePorts(stage).toStage(section.command));
  const input = await section.stdin?.text(stage);
  let text = "";
  const code = await whileRunning(() => {
    const child = spawn(program, words, {
      cwd,
      env: { ...env, ...section.environment },
      stdio: ["pipe", "pipe", "inherit"],
    });
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
    // Who does not read its input to the end is no failure of the page: its exit code tells.
    child.stdin.on("error", () => undefined).end(input);
    const ended = new Promise<number>((resolve, reject) => {
      child.once("error", (error) => {
        reject(new Error(`"${section.title}" needs ${program}, which does not start here: ${error.message}`));
      });
      child.once("close", (exitCode) => {
        resolve(exitCode ?? -1);
      });
    });
    return { kill: (signal) => child.kill(signal), ended };
  });
  return { code, text: stripVTControlCharacters(text).replaceAll("\r\n", "\n") };
}

/** Both streams in one, in the order they come. On a terminal they are that already. */
function shellOf({ terminal }: Section, command: string): [program: string, ...words: string[]] {
  if (terminal === undefined) return ["sh", "-c", `exec 2>&1\n${command}`];
  return ["script", "-qefc", `stty cols 100 rows 50\n${command}`, "/dev/null"];
}
