"use strict";
// Runs findOrMakeEngine in a separate process, from the sources: node make-engine.cjs '<options as JSON>'. Prints the engine.
const { readFileSync } = require("node:fs");
const { transformSync } = require("@swc/core");

require.extensions[".ts"] = (module, filename) => {
  const options = {
    filename,
    jsc: { target: "es2023", parser: { syntax: "typescript" } },
    module: { type: "commonjs" },
  };
  module._compile(transformSync(readFileSync(filename, "utf8"), options).code, filename);
};

const { findOrMakeEngine } = require("../../engine/find-or-make-engine.ts");
const options = JSON.parse(process.argv[2]);
findOrMakeEngine({ ...options, environment: { PATH: "" } }).then((engine) =>
  process.stdout.write(JSON.stringify(engine)),
);
