/** Every test has the command on PATH, as whoever installed it: what texts call it must not depend on the machine. */
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";

const repository = join(__dirname, "..", "..");
const folder = join(repository, ".local", "test-commands");

function putCommandOnPath(): void {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "secure-app-model");
  const words = [process.execPath, join(repository, "bin", "cli", "main.js")].map((word) => `'${word}'`).join(" ");
  writeFileSync(file, `#!/bin/sh\nexec ${words} "$@"\n`);
  chmodSync(file, 0o755);
  process.env["PATH"] = [folder, process.env["PATH"]].join(delimiter);
}

export = putCommandOnPath;
