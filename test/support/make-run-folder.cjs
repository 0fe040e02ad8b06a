/**
 * Runs before the tests: creates a folder for shared files, whose name jest's workers inherit. It contains the command as it would be on PATH
 * after an installation, because its name in texts must not depend on the machine. In the shell of a test that runs the command itself
 * (test/cli/support/command-of-shell.ts) it passes the call on; not at a terminal, and not with other options or certificates of Node.js.
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
  const client = join(__dirname, "stand-in", "client.bash");
  const isPassedOn =
    '[ -n "${COMMAND_PORT-}" ] && [ ! -t 0 ] && [ ! -t 1 ] && [ ! -t 2 ] && [ "${NODE_OPTIONS-}:${NODE_EXTRA_CA_CERTS-}" = "$COMMAND_OF" ]';
  const words = `bash '${client}' "$COMMAND_PORT"`;
  writeFileSync(file, `#!/bin/sh\n${isPassedOn} && exec ${words} "$@"\nexec '${process.execPath}' '${main}' "$@"\n`);
  chmodSync(file, 0o755);
  process.env["TEST_RUN_FOLDER"] = folder;
  process.env["PATH"] = [commands, process.env["PATH"]].join(delimiter);
};
