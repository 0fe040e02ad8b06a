/**
 * Before the tests of a run: a folder for what they share, whose name jest's workers inherit. In it is the command as whoever installed
 * it has it on PATH: what texts call it must not depend on the machine.
 */
const { chmodSync, mkdirSync, mkdtempSync, writeFileSync } = require("node:fs");
const { tmpdir } = require("node:os");
const { delimiter, join } = require("node:path");

const main = join(__dirname, "..", "..", "bin", "cli", "main.js");

module.exports = () => {
  const folder = mkdtempSync(join(tmpdir(), "test-run-"));
  const commands = join(folder, "commands");
  mkdirSync(commands);
  const file = join(commands, "secure-app-model");
  writeFileSync(file, `#!/bin/sh\nexec '${process.execPath}' '${main}' "$@"\n`);
  chmodSync(file, 0o755);
  process.env["TEST_RUN_FOLDER"] = folder;
  process.env["PATH"] = [commands, process.env["PATH"]].join(delimiter);
};
