"use strict";
// Runs a plugin's process from the sources: node run-plugin.cjs azuread 127.0.0.1:1. With "engine" as the first argument it is the
// plugin's parent, prints the plugin's pid and keeps running, like an engine. The plugin looks for its parent fifty times as often as otherwise, and
// writes to descriptor 3 when it has looked in vain and goes on.
const { spawn } = require("node:child_process");
const { readFileSync, writeSync } = require("node:fs");
const { transformSync } = require("@swc/core");

require.extensions[".ts"] = (module, filename) => {
  const options = {
    filename,
    jsc: { target: "es2023", parser: { syntax: "typescript" } },
    module: { type: "commonjs" },
  };
  module._compile(transformSync(readFileSync(filename, "utf8"), options).code, filename);
};

const [first, ...others] = process.argv.slice(2);
if (first === "engine") {
  const plugin = spawn(process.execPath, [process.argv[1], ...others], { stdio: ["ignore", "pipe", "inherit", 3] });
  plugin.stdout.on("data", (port) => process.stdout.write(`${plugin.pid} ${port}`));
} else {
  const { ppid } = process;
  const { setInterval } = globalThis;
  globalThis.setInterval = (look, interval) =>
    setInterval(() => {
      const isGone = process.ppid !== ppid;
      look();
      if (isGone) writeSync(3, "missed\n");
    }, interval / 50);
  require(`../../providers/${first}/main.ts`);
}
