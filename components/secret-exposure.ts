/**
 * Warns at the start where the engine writes the client secret in clear text, if a program can detect it.
 * SECURITY.md has the rest. Imported for its effect, by the program and by the library.
 */
import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { command, type Fix, type Parts, pulumi as engine, run, sentence, setSetting } from "../lib/errors/failure";
import { textOf } from "../lib/errors/text";

const byVariable: Readonly<Record<string, string>> = {
  PULUMI_DEBUG_GRPC: "the engine writes all that it sends to its plugins and to this program to that file",
  TF_LOG: "the azuread plugin may write its requests and answers to the engine's log",
  TF_LOG_PROVIDER: "the azuread plugin may write its requests and answers to the engine's log",
};

const rotate = run(
  "If somebody may have read it, rotate the client secret",
  setSetting("credential.label", "<new label>"),
  engine("up"),
);
const shown = (how: string, fix: Fix): Parts => ({
  what: `${how}, the client secret in the clear.`,
  fixes: [fix, rotate],
});

/** @param commandLine of this process, started by the engine's language host */
export function shownElsewhere(environment: NodeJS.ProcessEnv, commandLine: readonly string[]): Parts[] {
  const variables = Object.entries(byVariable).filter(([name]) => Boolean(environment[name]));
  const parts = variables.map(([name, how]) =>
    shown(`${name} is set: ${how}`, run("Run it without", command("unset", name))),
  );
  // The language host gets --tracing for --otel-traces as well.
  if (!commandLine.some((word) => /^--tracing(?:=|$)/u.test(word))) return parts;
  const traced =
    "This run is traced (--tracing, --otel-traces): the trace contains all that the engine sends to its plugins";
  return [...parts, shown(traced, sentence("Run it without."))];
}

/** The command line before the SDK removes its own options from it. Only on systems with /proc. */
function commandLine(): string[] {
  try {
    return readFileSync("/proc/self/cmdline", "utf8").split("\0");
  } catch {
    return [];
  }
}

if (pulumi.runtime.hasEngine()) {
  for (const parts of shownElsewhere(process.env, commandLine())) void pulumi.log.warn(textOf(parts));
}
