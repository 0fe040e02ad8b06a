import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { engineFiles } from "../../engine/engine-folder";
import { findOrMakeEngine } from "../../engine/find-or-make-engine";
import type { Progress } from "../../engine/repository";

/** A search in a cache of a test's folder that finds neither Go, nor a download, nor anything on PATH, unless the options differ. */
export const findIn =
  (folder: string): typeof findOrMakeEngine =>
  (options) =>
    findOrMakeEngine({
      ...{ cacheDirectory: join(folder, "cache"), allowDownload: false, goCommand: "no-such-go", environment: {} },
      progress: recordedProgress(),
      ...options,
    });

/** A folder for one test; `remove` it afterwards. */
export function temporaryFolder(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), "engine-test-"));
  return {
    path,
    remove: () => {
      rmSync(path, { recursive: true, force: true });
    },
  };
}

export function writeExecutable(path: string, text: string): string {
  writeFileSync(path, text);
  chmodSync(path, 0o755);
  return path;
}

/** An engine folder whose `pulumi version` prints that version. */
export function fakeEngine(folder: string, version: string): string {
  mkdirSync(folder, { recursive: true });
  for (const name of engineFiles) writeExecutable(join(folder, name), `#!/bin/sh\necho v${version}\n`);
  return folder;
}

/** A `go` that records its builds and then creates a program, fails, or hangs after having started one. */
export function fakeGo(
  folder: string,
  behaviour: "builds" | "fails" | "hangs",
): { command: string; builds: () => string[]; stopped: () => boolean } {
  const log = join(folder, "go.log");
  writeFileSync(log, "");
  const behaviours = {
    builds: `sleep 0.1; printf '#!/bin/sh\\necho v3.274.1\\n' > "$out"; chmod 755 "$out"`,
    fails: `echo "example.org/module@v1.0.0: checksum mismatch" >&2; exit 1`,
    hangs: `echo half > "$out"; chmod 755 "$out"; while :; do sleep 0.05; done`,
  };
  // The trap is set before the build is recorded: a test that finds the record may send the signal at once.
  const script = `#!/bin/sh
[ "$1" = version ] && exit 0
${behaviour === "hangs" ? `trap 'echo stopped >> "${log}"; exit 1' TERM` : ""}
echo "$$ $*" >> '${log}'
while [ $# -gt 0 ]; do [ "$1" = -o ] && out=$2; shift; done
${behaviours[behaviour]}
`;
  const command = writeExecutable(join(folder, `go-${behaviour}`), script);
  const lines = (): string[] => readFileSync(log, "utf8").split("\n").filter(Boolean);
  return {
    command,
    builds: () => lines().filter((line) => line !== "stopped"),
    stopped: () => lines().includes("stopped"),
  };
}

/** Records the progress: `step` for a beginning, `note` for a line that stays. */
export function recordedProgress(): Progress & { readonly lines: string[] } {
  const lines: string[] = [];
  return {
    lines,
    start: (step) => lines.push(`step: ${step}`),
    detail: () => undefined,
    note: (line) => lines.push(`note: ${line}`),
    finish: (line) => {
      if (line !== undefined) lines.push(`note: ${line}`);
    },
  };
}
