/** npm for the jobs of CI, and for who makes their project: it accepts only their lines, installs nothing, and leaves links to what the repository has. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { repositoryFolder } from "./github/workflow";

const npm = `#!/bin/sh
case "$*" in
  "ci --omit=dev --ignore-scripts" | "ci --omit=dev --ignore-scripts --loglevel=error" | "install --ignore-scripts") ;;
  *) echo "npm $*: not here" >&2; exit 99 ;;
esac
rm -rf node_modules && mkdir -p node_modules/.bin
ln -s "${repositoryFolder}/node_modules/@pulumi" node_modules/@pulumi
ln -s "${repositoryFolder}" node_modules/secure-application-model
ln -s ../secure-application-model/bin/cli/main.js node_modules/.bin/secure-app-model
`;

export async function writeNpm(folder: string): Promise<void> {
  await writeFile(join(folder, "npm"), npm, { mode: 0o755 });
}
