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
  const { runtime } = require("@pulumi/pulumi");
  // Of npm, the largest that its look for packages brings.
  const heavy = (folder) => Object.keys(require.cache).some((file) => file.includes("/node_modules/" + folder + "/"));
  const loaded = () => [heavy("typescript"), heavy("pacote")];
  (async () => {
    const atStart = loaded();
    const { text } = await runtime.serializeFunction(() => 42);
    const packages = await runtime.computeCodePaths({ extraIncludePackages: ["minimist"] });
    console.log(JSON.stringify({ atStart, text, found: packages.size > 0, afterUse: loaded() }));
  })();`;

it("loads the compiler and npm's look for packages when they are used, and not before", () => {
  const printed = execFileSync(process.execPath, ["-e", script], {
    cwd: repository,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  expect(JSON.parse(printed)).toEqual({
    atStart: [false, false],
    text: expect.stringContaining("=> 42") as unknown,
    found: true,
    afterUse: [true, true],
  });
});

it("loads with a later SDK, which has neither", () => {
  const sdk = join(folder, "node_modules", "@pulumi", "pulumi");
  mkdirSync(sdk, { recursive: true });
  writeFileSync(join(sdk, "package.json"), "{}");
  copyFileSync(join(repository, "bin", "lib", "startup", "lazy-packages.js"), join(folder, "lazy-packages.js"));
  const { status, stderr } = spawnSync(process.execPath, ["lazy-packages.js"], { cwd: folder, encoding: "utf8" });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
});
