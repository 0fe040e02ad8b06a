/**
 * Keeps the client secret out of the engine's logs. Pulumi's SDK writes each response, secrets in the clear,
 * as a debug message: --debug, --json and -v=3 show these, --event-log and `pulumi logs` store them. There is
 * no setting for it. It also leaves out what the SDK prints about its own end after another resource has failed.
 * Imported for its effect, by the program and by the library.
 */
import { createRequire } from "node:module";

type Say = (message: string, ...more: unknown[]) => Promise<void>;
interface Log {
  debug: Say;
  error: Say;
}

/** Packages that register resources. npm may install an SDK for each, and that SDK writes the message. */
const registrars = ["@pulumi/azuread", "@pulumi/azure-native"];

/** Pulumi's marker of secret values, in its protocol and in its state. */
const secretMark = "1b47061264138c4ac30d75fd1eb44270";

const leftOut = "(left out: it may hold secrets)";

/** A debug message without the response that it contains: the request and whether it failed are kept. */
export function withoutAnswer(message: string): string {
  const told = message.replace(/(\bRPC finished: .*?\bresp: ).*/su, `$1${leftOut}`);
  return told.includes(secretMark) ? leftOut : told;
}

/**
 * Once a resource has failed, the engine ends its side, and the SDK then closes its own. What a registration on its way finds there
 * (this process's end, or the language host's) the SDK takes for a failure of the program. It changes no exit code.
 */
const afterTheEnd =
  /failed with an unhandled exception:[^]*(?:\bChannel has been shut down\b|\b14 UNAVAILABLE: connection error: desc = "transport: Error while dialing)/u;

const roots = [__filename, ...registrars.map((name) => require.resolve(`${name}/package.json`))];
const copies = new Set(roots.map((file) => createRequire(file)("@pulumi/pulumi/log") as Log));
for (const log of copies) {
  const { debug, error } = log;
  log.debug = async function debugWithoutAnswers(message, ...more) {
    await debug(withoutAnswer(message), ...more);
  };
  log.error = async function errorBeforeTheEnd(message, ...more) {
    await (afterTheEnd.test(message) ? log.debug(message) : error(message, ...more));
  };
}
