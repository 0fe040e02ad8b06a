/**
 * Keeps the client secret out of the engine's logs. Pulumi's SDK writes each response, secrets in the clear,
 * as a debug message: --debug, --json and -v=3 show these, --event-log and `pulumi logs` store them. There is
 * no setting for it. Imported for its effect, by the program and by the library.
 * Relies on: the SDK calls `debug` of its module log, which can be replaced, with a response behind "resp: ".
 * Without it: the client secret is in debug messages, as in any program of Pulumi's.
 * Tested by: test/components/debug-messages.test.ts, test/e2e/package.test.ts
 */
import { createRequire } from "node:module";
import { runtime } from "@pulumi/pulumi";

interface Log {
  debug: (message: string, ...more: unknown[]) => Promise<void>;
}

/** Packages that register resources. npm may install an SDK for each, and that SDK writes the message. */
const registrars = ["@pulumi/azuread", "@pulumi/azure-native"];

const leftOut = "(left out: it may hold secrets)";

/** A debug message without the response that it contains: the request and whether it failed are kept. */
export function withoutAnswer(message: string): string {
  const told = message.replace(/(\bRPC finished: .*?\bresp: ).*/su, `$1${leftOut}`);
  return told.includes(runtime.specialSecretSig) ? leftOut : told;
}

const roots = [__filename, ...registrars.map((name) => require.resolve(`${name}/package.json`))];
const copies = new Set(roots.map((file) => createRequire(file)("@pulumi/pulumi/log") as Log));
for (const log of copies) {
  const { debug } = log;
  log.debug = async function debugWithoutAnswers(message, ...more) {
    await debug(withoutAnswer(message), ...more);
  };
}
