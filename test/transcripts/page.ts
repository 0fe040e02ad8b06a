/** A page of transcripts is its own source: its command lines are written by hand, and their output is inserted below them by running them. */

import { escaped } from "../support/escaped";

export const commandsPage = "docs/commands.md";
/** Every engine run of it takes seconds, so it is tested in test/soak. */
export const dayTwoPage = "docs/day-two.md";

/** Each heading with the text below it, behind what stands before the first one; together they are the page. */
export const partsOf = (page: string): string[] => page.split(/^(?=##+ )/mu);

/** Of a part; the page's title of what stands before the first one. */
export const headingOf = (part: string): string => /^#+ (.*)$/mu.exec(part)?.[1] ?? "";

/** Whether a part has command lines, which `runPage` runs. */
export const hasTranscript = (part: string): boolean => part.search(block) >= 0;

export interface Line {
  /** For `sh`: several lines, pipes, substitutions and here-documents are fine. */
  command: string;
  /** The circumstances (circumstances.ts) after `console`, which a reader of the page does not see. */
  given: string[];
}

export interface Ending {
  code: number;
  text: string;
}

/** A page may leave out lines of the output: one "…" stands in their place. */
function isExcerptOf(printed: string, shown: string): boolean {
  if (shown === "…\n") return false;
  const pieces = shown.split(/^…\n/mu).map(escaped);
  return pieces.length > 1 && new RegExp(`^${pieces.join("(?:.*\\n)+?")}$`, "u").test(printed);
}

const block = /^(?<fence>`{3,})console(?<given>.*)\n(?<shown>[^]*?)^\k<fence>$/gmu;
const typed = /^\$ .*\n(?:> .*\n)*/u;
const exitCode = /^\[exit code (\d+)\]$/mu;

/**
 * The page with the current output of its command lines, run one after the other.
 * @throws Error with every command that did not end with the exit code that the page gives it, 0 where it gives none
 */
export async function runPage(page: string, run: (line: Line) => Promise<Ending>): Promise<string> {
  const parts: string[] = [];
  const problems: string[] = [];
  let done = 0;
  for (const { 0: whole, index, groups = {} } of page.matchAll(block)) {
    const { given = "", shown = "" } = groups;
    const start = index + whole.indexOf("\n") + 1;
    parts.push(page.slice(done, start));
    done = start + shown.length;
    for (const step of shown.split(/^(?=\$ )/mu)) {
      const line = typed.exec(step)?.[0];
      if (line === undefined) throw new Error(`A block begins with "$ ", a command line, not ${step}`);
      const command = line.replaceAll(/^[$>] /gmu, "").trimEnd();
      const expected = Number(exitCode.exec(step)?.[1] ?? 0);
      const { code, text } = await run({ command, given: given.split(" ").filter(Boolean) });
      if (code !== expected) problems.push(`Exit code ${code} instead of ${expected}: ${command}\n${text}`);
      if (/^\$ /mu.test(text)) problems.push(`The page would take a line of its output for a command: ${command}`);
      const ending = code === 0 ? "" : `[exit code ${code}]\n`;
      const printed = text === "" ? ending : `${text.trimEnd()}\n${ending}`;
      parts.push(line, isExcerptOf(printed, step.slice(line.length)) ? step.slice(line.length) : printed);
    }
  }
  if (problems.length > 0) throw new Error(problems.join("\n\n"));
  return [...parts, page.slice(done)].join("");
}
