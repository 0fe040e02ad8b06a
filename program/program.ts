/** The program: prepares a process of Pulumi's, then runs the program of a model or of a bootstrap stack. */
import "../lib/startup/lazy-sdk";
import "../lib/startup/print-here";
import "../lib/startup/with-engine";
import "../lib/startup/required-node";
import "../components/debug-messages";
import "../components/secret-exposure";
import * as pulumi from "@pulumi/pulumi";
import { modelName } from "../lib/config/limits";
import { encryptedKeys } from "../lib/config/encrypted-keys";
import { isBootstrap } from "../lib/config/settings";
import { partsOf, sentence } from "../lib/errors/failure";
import { holdSecret } from "../lib/errors/secrets";
import { textOf } from "../lib/errors/text";
import { printFor } from "../lib/errors/invocation";
import { invocationOf, projectFolder } from "../lib/startup/invocation";
import { endStackTraces } from "../lib/startup/stack-traces";

async function program(): Promise<Record<string, unknown>> {
  // This program has no arguments, also where no setting is found.
  printFor(invocationOf(process, () => true));
  const configuration = pulumi.runtime.allConfig();
  for (const key of encryptedKeys()) if (!/^[[{]/u.test(configuration[key] ?? "")) holdSecret(configuration[key]);
  endStackTraces();
  /* eslint-disable @typescript-eslint/no-require-imports -- loaded late: a stack needs one of them, without stack traces */
  const { run } = isBootstrap(configuration)
    ? (require("./ci") as typeof import("./ci"))
    : (require("./model") as typeof import("./model"));
  /* eslint-enable @typescript-eslint/no-require-imports */
  return await run(modelName, configuration, projectFolder(process.cwd()));
}

/** grpc-js drops messages with trailing whitespace; plugins send one when a service answers without a body. */
const lostText = {
  what: "A provider plugin failed without a text, as it does after a service's empty answer (HTTP 503 or 504).",
  fixes: [sentence("Run it again: such a fault is temporary.")],
};

/** The engine prints only the text of a RunError; every other error comes with a useless stack trace. */
export = (): Promise<Record<string, unknown>> =>
  program().catch((error: unknown) => {
    if (error instanceof pulumi.RunError) throw error;
    const isLost = error instanceof Error && error.name === "Error" && error.message === "";
    throw new pulumi.RunError(textOf(isLost ? lostText : partsOf(error)));
  });
