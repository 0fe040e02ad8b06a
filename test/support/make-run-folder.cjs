/**
 * Runs before the tests: creates a folder for shared files, whose name jest's workers inherit. It contains the command as it would be on PATH
 * after an installation, because its name in texts must not depend on the machine.
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
  const script = join(__dirname, "stand-in", "command.bash");
  writeFileSync(file, `#!/bin/sh\nexec bash '${script}' '${process.execPath}' '${main}' "$@"\n`);
  chmodSync(file, 0o755);
  // As npm makes it for Windows.
  writeFileSync(`${file}.cmd`, "@echo off\n");
  process.env["TEST_RUN_FOLDER"] = folder;
  process.env["PATH"] = [commands, process.env["PATH"]].join(delimiter);
};
