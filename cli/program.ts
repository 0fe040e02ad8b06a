/**
 * The command `secure-app-model`. Commands return; only this file exits.
 * Their functions are loaded when they run: `--help` must not wait for them.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command, CommanderError } from "commander";
import { nodeProblem } from "../lib/startup/node-version";
import { commands } from "./commands";
import { define, type Load } from "./options/define";
import { invocationFor, named, nameOf } from "./options/run-options";
import { ownCommand, run } from "../lib/errors/failure";
import { fullStop } from "../lib/errors/text";
import { exitCodes, UsageError } from "./terminal/exit-code";
import { printFailure, wantsJson } from "./terminal/output";
import { invocation, printFor } from "../lib/errors/invocation";
import { watchOutput } from "./terminal/standard-output";

/** The loaded one of two built files: only its own reportFailure recognises its errors. */
let loaded: ReturnType<Load> | undefined;

/** Everything that --help does not need: read and compiled when a command runs. */
const load: Load = (run = "doctor") => {
  if (loaded !== undefined) return loaded;
  loaded = (["exec", "token"].includes(run) ? require("./quick-runtime") : require("./runtime")) as ReturnType<Load>;
  loaded.printFor(invocation());
  return loaded;
};

function program(): Command {
  // Of the package whose bin/cli/ this file is in.
  const manifest = readFileSync(join(__dirname, "..", "..", "package.json"), "utf8");
  const { version } = JSON.parse(manifest) as { version: string };
  const root = new Command("secure-app-model")
    .description("Get tokens for a Microsoft partner, and manage the consent behind them.")
    .version(version, "-V, --version", "print the version")
    .exitOverride()
    .configureOutput({ outputError: () => undefined });
  for (const one of commands) define(root, one, load);
  return root;
}

async function main(argv: string[]): Promise<number> {
  const json = wantsJson(argv);
  printFor(invocationFor(argv, commands));
  const refuse = (error: UsageError) => {
    printFailure(error, exitCodes.usage, json);
    return exitCodes.usage;
  };
  const problem = nodeProblem();
  // `doctor` reports it among the other problems.
  if (problem !== undefined && argv[0] !== "doctor") return refuse(new UsageError(problem));
  try {
    const root = program();
    const [first, ...names] = argv;
    // Commander's own `help` answers an unknown name with the help of the program.
    const isUnknown = first === "help" && names.length > 0 && !root.commands.some((one) => one.name() === names[0]);
    await root.parseAsync(isUnknown ? names : argv, { from: "user" });
    return exitCodes.fine;
  } catch (error) {
    if (error instanceof UsageError) return refuse(error);
    if (!(error instanceof CommanderError)) return load().reportFailure(error, json);
    if (error.exitCode === 0) return exitCodes.fine;
    // The help is already on stderr.
    if (error.code === "commander.help" && !json) return exitCodes.usage;
    return refuse(misuse(error, argv));
  }
}

/** Commander's messages are texts for a terminal, with a prefix. */
function misuse({ code, message }: CommanderError, argv: readonly string[]): UsageError {
  const what = code === "commander.help" ? "No command was named." : fullStop(message.slice("error: ".length));
  return new UsageError(
    what,
    run("Options and an example", ownCommand(...named(argv, commands).map(nameOf), "--help")),
  );
}

watchOutput();
void main(process.argv.slice(2)).then((exitCode) => {
  process.exitCode = exitCode;
});
