/** npm for the jobs of CI: it accepts only their lines, installs and builds nothing, and leaves links to, or copies of, what the repository has. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { repositoryFolder } from "./github/workflow";

const npm = `#!/bin/sh
case "$*" in
  "ci --ignore-scripts" | "ci --omit=dev --ignore-scripts") ln -sfn "${repositoryFolder}/node_modules" node_modules ;;
  "run build") rm -rf bin && mkdir bin && tar -C "${repositoryFolder}/bin" --exclude=./.compile-cache -c . | tar -C bin -x ;;
  *) echo "npm $*: not here" >&2; exit 99 ;;
esac
`;

export async function writeNpm(folder: string): Promise<void> {
  await writeFile(join(folder, "npm"), npm, { mode: 0o755 });
}
