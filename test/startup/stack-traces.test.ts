import { execFileSync } from "node:child_process";
import { join } from "node:path";

const repository = join(__dirname, "..", "..");

/** Pulumi's own process before it loads a program; then whether errors still have the stack that the SDK makes. */
const script = `
  require("source-map-support/register");
  require("./bin/lib/startup/stack-traces.js").endStackTraces();
  console.log(JSON.stringify([Error.stackTraceLimit > 0, Error.prepareStackTrace !== undefined]));`;

function traces(environment: NodeJS.ProcessEnv = {}): unknown {
  const options = { cwd: repository, encoding: "utf8", env: { ...process.env, ...environment } } as const;
  return JSON.parse(execFileSync(process.execPath, ["-e", script], options));
}

it("ends the SDK's stack traces, unless Pulumi was asked for them", () => {
  expect(traces()).toEqual([false, false]);
  expect(traces({ PULUMI_DEBUG_PROMISE_LEAKS: "true" })).toEqual([true, true]);
});
