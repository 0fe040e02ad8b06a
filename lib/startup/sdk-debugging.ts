/**
 * For debugging, Pulumi's SDK uses a third of the processor time: a stack trace for each resource and
 * property, with 100 MB of source maps, and an inspector session. This program's errors have no stack.
 */
import { createRequire } from "node:module";

const ofSdk = createRequire(require.resolve("@pulumi/pulumi/package.json"));

/** Of node:inspector's Session, which has no part in this process but the SDK's. */
interface InspectorSession {
  post(method: "Debugger.disable", done: (error: Error | null) => void): void;
}

/** Keeps stack traces if the user asked Pulumi for them. Called before the program's modules are loaded. */
export async function endDebugging(environment: NodeJS.ProcessEnv = process.env): Promise<void> {
  if (!environment["PULUMI_DEBUG_PROMISE_LEAKS"]) {
    Error.stackTraceLimit = 0;
    // Where the SDK sets its own limit, traces have Node's own form, which needs no source map.
    Reflect.deleteProperty(Error, "prepareStackTrace");
  }
  await endInspection();
}

/** Only Pulumi's process that runs a program has the session: nothing is loaded here. */
async function endInspection(): Promise<void> {
  const hooks = require.cache[ofSdk.resolve("./runtime/closure/v8Hooks")]?.exports as
    { getSessionAsync(): Promise<InspectorSession> } | undefined;
  const session = await hooks?.getSessionAsync();
  await new Promise<void>((resolve) => {
    if (session === undefined) resolve();
    else
      session.post("Debugger.disable", () => {
        resolve();
      });
  });
}
