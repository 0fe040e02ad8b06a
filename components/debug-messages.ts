/**
 * Keeps the client secret out of the engine's logs. Pulumi's SDK writes each response, secrets in the clear,
 * as a debug message: --debug, --json and -v=3 show these, --event-log and `pulumi logs` store them. There is
 * no setting for it. Imported for its effect, by the program and by the library.
 */
import { createRequire } from "node:module";

interface Log {
  debug: (message: string, ...more: unknown[]) => Promise<void>;
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

const roots = [__filename, ...registrars.map((name) => require.resolve(`${name}/package.json`))];
const copies = new Set(roots.map((file) => createRequire(file)("@pulumi/pulumi/log") as Log));
for (const log of copies) {
  const { debug } = log;
  log.debug = async function debugWithoutAnswers(message, ...more) {
    await debug(withoutAnswer(message), ...more);
  };
}
