/** What docs/commands.md is made of. A new command is a file in chapters/ and its line in contents.ts. */
import type { Stage } from "./stage";

/** Makes something so on the stage, and returns what takes it back. */
export type Condition = (stage: Stage) => Promise<() => Promise<void>>;

/** One command line and what it prints. */
export interface Section {
  title: string;
  /** One line: when somebody runs this, or what made it end as it does. */
  prose: string;
  /** For `sh`, as a reader types it: several lines, pipes, substitutions and here-documents are fine. Ports are those of the page. */
  command: string;
  /** Default 0. Another one is shown below the output; a run that ends otherwise fails. */
  exitCode?: number;
  /** What arrives on standard input, shown as a pipe from the command that would print it. */
  stdin?: { from: string; text(stage: Stage): string | Promise<string> };
  /** Runs on a terminal of 100 columns, for commands that show more there; without colours. Needs `script` of util-linux. */
  terminal?: true;
  /** On a terminal: what somebody types when the output ends with a prompt; it is in the output, as on any terminal. */
  typed?: { prompt: string; text(output: string): Promise<string> };
  /** Variables beside the stage's own that are not shown: who signs in, for example. The prose says it. */
  environment?: Readonly<Record<string, string>>;
  /** What holds while the command runs. */
  given?: readonly Condition[];
}

/** A command of `secure-app-model`, or what is said about all of them. */
export interface Chapter {
  title: string;
  prose: string;
  sections: readonly Section[];
}

/** @param command e.g. `token`, `customers list` */
export function helpOf(command: string): Section {
  return {
    title: `Options of \`${command}\``,
    prose: "What it takes, with an example.",
    command: `secure-app-model ${command} --help`,
  };
}
