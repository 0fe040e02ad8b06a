/** Why the engine did not look: a stack that is not right (a usage error with its fix), or an outage. */
import { existsSync } from "node:fs";
import { Failure } from "../../errors/failure";
import { fullStop } from "../../errors/text";
import { aadsts, fixes } from "../../oauth/aadsts";
import { UsageError } from "../exit-code";
import type { StackOptions } from "./engine";

const keptLines = 25;

/** There is no engine to run, or no folder to run it in: the system reports both alike. */
export function noEngine(cwd: string | undefined): UsageError {
  if (cwd !== undefined && !existsSync(cwd))
    return new UsageError(`There is no folder ${cwd}. Name Pulumi.yaml's with --cwd.`);
  return new UsageError(
    "There is no `pulumi` on PATH, and the drift check runs it. Install it (https://www.pulumi.com/docs/install/), " +
      'or with the embedded cloud: eval "$(npm run -s dev:env)".',
  );
}

interface Rule {
  pattern: RegExp;
  /** What helps. */
  fix: (options: StackOptions) => string;
}

/** What is wrong with the stack itself: looking again will not help before the fix. */
const usageRules: readonly Rule[] = [
  {
    pattern: /no stack named .* found/u,
    fix: ({ stack }) =>
      `See the stacks of this backend: pulumi stack ls. Make this one: pulumi stack init ${stack}. ` +
      "Another backend: pulumi login <its address>, or PULUMI_BACKEND_URL.",
  },
  {
    pattern: /no Pulumi\.yaml project file found/u,
    fix: () => "Run it in the folder of Pulumi.yaml, or name that folder with --cwd.",
  },
  {
    pattern: /currently locked by|another update is currently in progress/iu,
    fix: ({ stack }) => `Wait for the other run; if it was killed, unlock the stack: pulumi cancel --stack ${stack}`,
  },
  {
    pattern: /incorrect passphrase|passphrase must be set/u,
    fix: () =>
      "Set the passphrase the stack was made with: PULUMI_CONFIG_PASSPHRASE, or PULUMI_CONFIG_PASSPHRASE_FILE.",
  },
  {
    pattern: /PULUMI_ACCESS_TOKEN must be set|not logged in/u,
    fix: () => "Log in to the backend that holds the stack: pulumi login <its address>, or PULUMI_BACKEND_URL.",
  },
  {
    pattern: /provided stack config file|config file .*no such file/u,
    fix: () => "Name the stack's configuration with --config-file.",
  },
  // The program's own words: they end in the command that fixes it.
  { pattern: /pulumi config (?:set|get|rm)|npm run build/u, fix: () => "" },
];

/** @param words everything the engine, the program and the providers said */
export function engineFailure(options: StackOptions, exitCode: number | undefined, words: string): Error {
  const said = shortened(words);
  const rule = usageRules.find(({ pattern }) => pattern.test(words));
  if (rule !== undefined)
    return new UsageError([`Stack ${options.stack}: ${said}`, rule.fix(options)].join("\n").trim());
  const refusal = signInRefusal(options, words);
  if (refusal !== undefined) return refusal;
  const ended = exitCode === undefined ? "it was ended" : `exit ${exitCode}`;
  return new Error(
    `The engine could not look at stack ${options.stack} (${ended}); this says nothing about drift. ${said}\n` +
      `See it alone: pulumi preview --refresh --diff --stack ${options.stack}`,
  );
}

/** Where no sign-in works there is nothing else to say: not the words of each provider, or of the program, around it. */
function signInRefusal({ stack }: StackOptions, words: string): Error | undefined {
  const [refusal, number] = /AADSTS(\d+).*?(?= Trace ID:|\\r|\), which means: |$)/mu.exec(words) ?? [];
  const known = aadsts[Number(number)];
  if (refusal === undefined || (known?.remedy !== "credential" && known?.remedy !== "secret")) return undefined;
  // A secret is the login's here: a look never signs in as the application.
  return new Failure("drift-sign-in", {
    what: `Signing in to look at stack ${stack} was refused: ${known.meaning}; this says nothing about drift.`,
    why: `Entra says: ${fullStop(refusal)}`,
    fixes: known.remedy === "secret" ? fixes.credential : known.fixes,
  });
}

/** Without the engine's prefix, and without what nobody reads to the end. */
function shortened(words: string): string {
  const lines = words
    .replace(/^error: /gmu, "")
    .split("\n")
    .map((line) => line.trimEnd())
    .filter((line, index, all) => line !== "" && all.indexOf(line) === index);
  return lines.slice(0, keptLines).join("\n");
}
