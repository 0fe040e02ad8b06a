import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type * as fileLock from "../../build/file-lock.cjs";
import type * as progress from "../../build/progress.cjs";

const packageName = "secure-application-model";

function isRepository(folder: string): boolean {
  const path = join(folder, "package.json");
  if (!existsSync(path)) return false;
  return (JSON.parse(readFileSync(path, "utf8")) as { name?: string }).name === packageName;
}

/** The repository that this file belongs to, whether it runs from bin/ or from the sources. */
export function findRepository(from: string = __dirname): string {
  for (let folder = from; ; folder = dirname(folder)) {
    if (isRepository(folder)) return folder;
    if (folder === dirname(folder))
      throw new Error(
        `No package.json of ${packageName} above ${from}: tools/embedded-cloud/ works only inside its repository`,
      );
  }
}

// Plain JavaScript, outside of bin/: the bootstrap uses them before anything is built.
const requireSource = createRequire(join(findRepository(), "tools", "build", "build.mjs"));
export const { withFileLock } = requireSource("./file-lock.cjs") as typeof fileLock;
export const { createProgress } = requireSource("./progress.cjs") as typeof progress;
export type { Progress } from "../../build/progress.cjs";
