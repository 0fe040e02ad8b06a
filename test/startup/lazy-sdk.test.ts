import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../support/temporary-folder";

const repository = join(__dirname, "..", "..");
const folder = temporaryFolder();

/** In a separate process that loads the program like the engine does. */
const script = `
  require("./bin/index.js");
  require("./bin/program/model.js");
  const { automation, runtime } = require("@pulumi/pulumi");
  const late = ["typescript/", "@pulumi/pulumi/runtime/closure/parse", "@pulumi/pulumi/automation/local", "normalize-package-data/"];
  const loaded = () => late.map((name) => Object.keys(require.cache).some((file) => file.includes("/node_modules/" + name)));
  (async () => {
    const atStart = loaded();
    const { text } = await runtime.serializeFunction(() => 42);
    const paths = await runtime.computeCodePaths();
    const { name } = automation.LocalWorkspace;
    console.log(JSON.stringify({ atStart, text, paths: paths.size, name, afterUse: loaded() }));
  })();`;

it("loads parts of the SDK when they are used, and not before", () => {
  const printed = execFileSync(process.execPath, ["-e", script], {
    cwd: repository,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  expect(JSON.parse(printed)).toEqual({
    atStart: [false, false, false, false],
    text: expect.stringContaining("=> 42") as unknown,
    paths: expect.any(Number) as number,
    name: "LocalWorkspace",
    afterUse: [true, true, true, true],
  });
});

it("loads with an SDK that has no such file", () => {
  const sdk = join(folder, "node_modules", "@pulumi", "pulumi");
  mkdirSync(sdk, { recursive: true });
  writeFileSync(join(sdk, "package.json"), "{}");
  copyFileSync(join(repository, "bin", "lib", "startup", "lazy-sdk.js"), join(folder, "lazy-sdk.js"));
  const { status, stderr } = spawnSync(process.execPath, ["lazy-sdk.js"], { cwd: folder, encoding: "utf8" });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
});
