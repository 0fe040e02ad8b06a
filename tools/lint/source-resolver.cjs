"use strict";
// Finds the source of a relative import for eslint-plugin-boundaries: `./clouds` and `./clouds.js` are both clouds.ts.
const { existsSync } = require("node:fs");
const { builtinModules } = require("node:module");
const { dirname, resolve } = require("node:path");

exports.interfaceVersion = 2;

exports.resolve = (source, file) => {
  if (source.startsWith("node:") || builtinModules.includes(source)) return { found: true, path: null };
  if (!source.startsWith(".")) return { found: false };
  const path = resolve(dirname(file), source);
  const candidates = [path.replace(/\.(c|m)?js$/, ".$1ts"), `${path}.ts`, path];
  const found = candidates.find((candidate) => existsSync(candidate));
  return found === undefined ? { found: false } : { found: true, path: found };
};
