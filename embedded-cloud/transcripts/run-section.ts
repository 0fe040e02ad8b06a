/** Runs one command line of the page, as a shell does. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
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
          "Mend the command, or its section in embedded-cloud/transcripts/chapters.",
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
  let heard: Heard | undefined;
  const code = await whileRunning(() => {
    const child = spawn(program, words, {
      cwd,
      env: { ...env, ...section.environment },
      stdio: ["pipe", "pipe", "inherit"],
    });
    heard = hear(child, section, input);
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
  if (heard?.problem !== undefined) throw heard.problem;
  return { code, text: heard?.text ?? "" };
}

interface Heard {
  text: string;
  /** Why nothing could be typed. */
  problem?: Error;
}

/** Collects what is printed; sends the input, or types once the prompt is there. */
function hear(
  { stdin, stdout }: ChildProcessByStdio<Writable, Readable, null>,
  { typed }: Section,
  input: string | undefined,
): Heard {
  const heard: Heard = { text: "" };
  let raw = "";
  let answered = false;
  const answer = async (line: Promise<string>) => {
    try {
      stdin.end(`${await line}\n`);
    } catch (error) {
      heard.problem = error as Error;
      stdin.end();
    }
  };
  stdout.setEncoding("utf8").on("data", (chunk: string) => {
    raw += chunk;
    // A prompt that was answered ends its line with one return more.
    heard.text = stripVTControlCharacters(raw).replace(/\r+\n/gu, "\n");
    if (answered || typed === undefined || !heard.text.endsWith(typed.prompt)) return;
    answered = true;
    void answer(typed.text(heard.text));
  });
  // Who does not read its input to the end is no failure of the page: its exit code tells.
  stdin.on("error", () => undefined);
  if (typed === undefined) stdin.end(input);
  return heard;
}

/** Both streams in one, in the order they come. On a terminal they are that already. */
function shellOf({ terminal }: Section, command: string): [program: string, ...words: string[]] {
  if (terminal === undefined) return ["sh", "-c", `exec 2>&1\n${command}`];
  return ["script", "-qefc", `stty cols 100 rows 50\n${command}`, "/dev/null"];
}
