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
  const loaded = () => Object.keys(require.cache).some((file) => file.includes("/node_modules/typescript/"));
  (async () => {
    const atStart = loaded();
    const { text } = await runtime.serializeFunction(() => 42);
    console.log(JSON.stringify({ atStart, text, afterUse: loaded() }));
  })();`;

it("loads the compiler when it is used, and not before", () => {
  const printed = execFileSync(process.execPath, ["-e", script], {
    cwd: repository,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  expect(JSON.parse(printed)).toEqual({
    atStart: false,
    text: expect.stringContaining("=> 42") as unknown,
    afterUse: true,
  });
});

it("loads with an SDK that has no such file", () => {
  const sdk = join(folder, "node_modules", "@pulumi", "pulumi");
  mkdirSync(sdk, { recursive: true });
  writeFileSync(join(sdk, "package.json"), "{}");
  copyFileSync(join(repository, "bin", "lib", "startup", "lazy-typescript.js"), join(folder, "lazy-typescript.js"));
  const { status, stderr } = spawnSync(process.execPath, ["lazy-typescript.js"], { cwd: folder, encoding: "utf8" });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
});
