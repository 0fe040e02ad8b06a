import { execFileSync } from "node:child_process";
import { join } from "node:path";

const repository = join(__dirname, "..", "..");

/** As Pulumi's own process does before it loads a program; then what the SDK still does for debugging, and how long the inspector's list of modules is. */
const script = (endDebugging: boolean) => `
  require("source-map-support/register");
  const hooks = require("@pulumi/pulumi/runtime/closure/v8Hooks");
  let reported = 0;
  (async () => {
    await hooks.isInitializedAsync();
    (await hooks.getSessionAsync()).on("Debugger.scriptParsed", () => reported++);
    if (${endDebugging}) await require("./bin/lib/startup/sdk-debugging.js").endDebugging();
    reported = 0;
    require("./bin/program/model.js");
    console.log(JSON.stringify([reported > 0, Error.stackTraceLimit > 0, "prepareStackTrace" in Error && Error.prepareStackTrace !== undefined]));
  })();`;

function debugging(endDebugging: boolean, environment: NodeJS.ProcessEnv = {}): unknown {
  const options = { cwd: repository, encoding: "utf8", env: { ...process.env, ...environment } } as const;
  return JSON.parse(execFileSync(process.execPath, ["-e", script(endDebugging)], options));
}

const does = (modules: boolean, stacks: boolean) => [modules, stacks, stacks];

it("ends what the SDK does for debugging; stack traces stay where Pulumi was asked for them", () => {
  expect(debugging(false)).toEqual(does(true, true));
  expect(debugging(true)).toEqual(does(false, false));
  expect(debugging(true, { PULUMI_DEBUG_PROMISE_LEAKS: "true" })).toEqual(does(false, true));
});
