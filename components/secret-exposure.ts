/**
 * Warns at the start where the engine writes the client secret in clear text, if a program can detect it.
 * SECURITY.md has the rest. Imported for its effect, by the program and by the library.
 * Relies on: the engine's own command line, found in /proc, and the options that its language host passes on.
 * Without it: no warning, and a client secret is made where the engine shows it.
 * Tested by: test/components/secret-exposure.test.ts, test/e2e/configuration.test.ts
 */
import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { engineAbove } from "../lib/startup/engine-watch";
import { command, Failure, type Fix, type Parts, ownCommand, run, sentence } from "../lib/errors/failure";
import { textOf } from "../lib/errors/text";

const byVariable: Readonly<Record<string, string>> = {
  PULUMI_DEBUG_GRPC: "the engine writes all that it sends to its plugins and to this program to that file",
  TF_LOG: "the azuread plugin may write its requests and answers to the engine's log",
  TF_LOG_PROVIDER: "the azuread plugin may write its requests and answers to the engine's log",
};

const rotate = run(
  "If somebody may have read it, rotate the client secret",
  ownCommand("rotate", "--revoke-now", "--stack", "<stack>"),
);
const shown = (how: string, fix: Fix): Parts => ({
  what: `${how}, the client secret in the clear.`,
  fixes: [fix, rotate],
});

/** @param commandLine of this process, started by the engine's language host @param loud an option of the engine's */
export function shownElsewhere(environment: NodeJS.ProcessEnv, commandLine: readonly string[], loud?: string): Parts[] {
  const variables = Object.entries(byVariable).filter(([name]) => Boolean(environment[name]));
  const parts = variables.map(([name, how]) =>
    shown(`${name} is set: ${how}`, run("Run it without", command("unset", name))),
  );
  if (loud !== undefined)
    parts.push(shown(`Under ${loud} the azuread plugin's messages hold what it makes`, withoutOption));
  // The language host gets --tracing for --otel-traces as well.
  if (!commandLine.some((word) => /^--tracing(?:=|$)/u.test(word))) return parts;
  const traced =
    "This run is traced (--tracing, --otel-traces): the trace contains all that the engine sends to its plugins";
  return [...parts, shown(traced, sentence("Run it without."))];
}

/** The lowest -v at which the engine logs debug messages. */
const loudLevel = 3;

/** Short options that take a value: what follows in the same word is not an option. */
const takeValue = "CScmopstx";

/** The engine's option that shows or logs plugins' messages: azuread's contain each answer of Microsoft Graph. */
export function loudOption(engineCommandLine = engineAbove()): string | undefined {
  return engineCommandLine.find((word, index) => {
    const next = engineCommandLine[index + 1];
    const [, name, value] = /^--(debug|json|verbose)(?:=(.*))?$/u.exec(word) ?? [];
    if (name === "verbose") return isLoud(value ?? next);
    if (name !== undefined) return isOn(value);
    const letters = /^-([a-z].*)$/iu.exec(word)?.[1] ?? "";
    for (let at = 0; at < letters.length; at++) {
      const [letter = "", rest] = [letters[at], letters.slice(at + 1)];
      if (letter === "v") return isLoud(rest.replace(/^=/u, "") || next);
      if (takeValue.includes(letter)) return false;
      if ("dj".includes(letter)) return isOn(rest.startsWith("=") ? rest.slice(1) : undefined);
    }
    return false;
  });
}

/** A flag without a value is set. */
const isOn = (value: string | undefined): boolean => !/^(?:0|f|false)$/iu.test(value ?? "");

/** The engine accepts +9 and 0x9 as well, and ends for anything that is no number. */
const isLoud = (level: string | undefined): boolean => Number(level) >= loudLevel;

/** The loud option of a deployment; a preview makes no secret. */
const loudNow = (): string | undefined => (pulumi.runtime.isDryRun() ? undefined : loudOption());

/** @throws Failure in a run that would show the client secret that it makes */
export function requireSilence(): void {
  const loud = loudNow();
  if (loud === undefined) return;
  throw new Failure("secret-shown", {
    what: `No client secret is made under ${loud}.`,
    why: "The azuread plugin's messages hold Microsoft Graph's answers, the secret in the clear.",
    fixes: [withoutOption],
  });
}

const withoutOption = sentence("Run it without that option. A certificate (credential.kind) leaves nothing to show.");

/** This process's command line with the options that the SDK removes, on systems with /proc. */
function commandLine(): string[] {
  try {
    return readFileSync("/proc/self/cmdline", "utf8").split("\0");
  } catch {
    return [];
  }
}

if (pulumi.runtime.hasEngine()) {
  for (const parts of shownElsewhere(process.env, commandLine(), loudNow())) void pulumi.log.warn(textOf(parts));
}
