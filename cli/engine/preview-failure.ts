/** Why a preview failed: a problem of the stack, or an outage. Only this file parses the output for it. */
import { isFormerType, moveToCurrentVersion } from "../../lib/azure/key-vault";
import { byPerson, Failure, type Fix, pulumi, run } from "../../lib/errors/failure";
import { fullStop } from "../../lib/errors/text";
import { aadsts, fixes } from "../../lib/oauth/aadsts";
import { ofFiles } from "./engine";
import { UsageError } from "../terminal/exit-code";
import { resourceName } from "./deployment";

const keptLines = 25;

const otherBackend = byPerson(
  "Log in to the backend that holds it, or set PULUMI_BACKEND_URL",
  pulumi("login", "<address>"),
);

/** Problems of the stack itself: a retry will not help before the fix. */
const usageRules: readonly [said: RegExp, ...fixes: ((stack: string) => Fix)[]][] = [
  [
    /no stack named .* found/u,
    () => byPerson("See the stacks of this backend", pulumi("stack", "ls")),
    (stack) => run("Create this one", pulumi("stack", "init", stack)),
    () => otherBackend,
  ],
  [
    /currently locked by|another update is currently in progress/iu,
    (stack) =>
      byPerson("Wait for the other run; if it was killed, unlock the stack", pulumi("cancel", "--stack", stack)),
  ],
  [/PULUMI_ACCESS_TOKEN must be set|not logged in/u, () => otherBackend],
  ...ofFiles,
  // The program's own message: it ends with the command that fixes it.
  [/pulumi config (?:set|get|rm)|npm run build/u],
];

export interface Unread {
  urn: string;
  type: string;
  said: string;
}

/** @param exitCode undefined when a signal ended the engine @param output of engine, program and providers */
export function previewFailure(
  stack: string,
  exitCode: number | undefined,
  output: string,
  unread: readonly Unread[],
): Failure {
  const said = shortened(output);
  const [rule, ...helps] = usageRules.find(([pattern]) => pattern.test(output)) ?? [];
  // Nothing may follow the program's own fix.
  if (rule !== undefined)
    return new UsageError(
      `Stack ${stack}: ${helps.length > 0 ? fullStop(said) : said}`,
      ...helps.map((fix) => fix(stack)),
    );
  const refusal = signInRefusal(stack, output);
  if (refusal !== undefined) return refusal;
  if (unread.length > 0) return notRead(stack, unread);
  const ended = exitCode === undefined ? "it was ended" : `exit ${exitCode}`;
  return new Failure("drift-preview", {
    what: `The engine could not check stack ${stack} (${ended}); whether it has drifted is not known.`,
    why: said,
    fixes: [byPerson("Run the preview alone", pulumi("preview", "--diff", "--stack", stack))],
  });
}

/** The engine stops at a resource that cannot be read, and reports nothing about the others. */
function notRead(stack: string, unread: readonly Unread[]): Failure {
  const names = unread.map(resourceName).join(" and ");
  const refused = `${names} could not be read, and the engine ends there; whether it has drifted is not known.`;
  // Azure's refusal names the version, by whatever code.
  if (unread.some(({ type, said }) => isFormerType(type) && /\bapi[- ]version\b/iu.test(said))) {
    const { what, fix } = moveToCurrentVersion(stack);
    return new Failure("key-vault-move", { what: `Stack ${stack}: ${refused}`, why: what, fixes: [fix] });
  }
  const excluded = unread.flatMap(({ urn }) => ["--exclude", urn]);
  return new Failure("drift-unread", {
    what: `Stack ${stack}: ${refused}`,
    why: unread.map(({ said }) => said).join("; "),
    fixes: [byPerson("See what else has drifted", pulumi("preview", ...excluded, "--stack", stack))],
  });
}

/** If a sign-in was refused, only that is reported, without the messages that it caused elsewhere. */
function signInRefusal(stack: string, output: string): Failure | undefined {
  const [refusal, number] = /AADSTS(\d+).*?(?= Trace ID:|\\r|\), which means: |$)/mu.exec(output) ?? [];
  const known = aadsts[Number(number)];
  if (refusal === undefined || (known?.remedy !== "credential" && known?.remedy !== "secret")) return undefined;
  // A secret in this message is the login's: `drift` never signs in as the application.
  return new Failure("drift-sign-in", {
    what: `Entra refused the sign-in to check stack ${stack}: ${known.meaning}; whether it has drifted is not known.`,
    why: `Entra says: ${fullStop(refusal)}`,
    fixes: known.remedy === "secret" ? fixes.credential : known.fixes,
  });
}

function shortened(output: string): string {
  const lines = output
    .replace(/^error: /gmu, "")
    .split("\n")
    .map((line) => line.trimEnd())
    .filter((line, index, all) => line !== "" && all.indexOf(line) === index);
  return lines.slice(0, keptLines).join("\n");
}
