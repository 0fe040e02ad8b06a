/** Pulumi's SDK takes a third of the processor time for debugging. This program's errors have no stack. */
import type { Session } from "node:inspector";
import { createRequire } from "node:module";

const ofSdk = createRequire(require.resolve("@pulumi/pulumi/package.json"));

/** Keeps stack traces if the user asked Pulumi for them. Called before the program's modules are loaded. */
export async function endDebugging(environment: NodeJS.ProcessEnv = process.env): Promise<void> {
  if (!environment["PULUMI_DEBUG_PROMISE_LEAKS"]) {
    Error.stackTraceLimit = 0;
    // Where the SDK sets its own limit, traces have Node's own form, which needs no source map.
    Reflect.deleteProperty(Error, "prepareStackTrace");
  }
  // Only Pulumi's process that runs a program has the session: nothing is loaded here.
  const hooks = require.cache[ofSdk.resolve("./runtime/closure/v8Hooks")]?.exports as
    { getSessionAsync(): Promise<Session> } | undefined;
  const session = await hooks?.getSessionAsync();
  if (session === undefined) return;
  await new Promise((resolve) => {
    session.post("Debugger.disable", resolve);
  });
}
