// What `npm test` runs first: an engine in the cache, or one clear error. Speaks on stderr only.
import { findOrMakeEngine } from "./find-or-make-engine";
import { messageOf } from "./message-of";

findOrMakeEngine().then(
  ({ version, origin, directory }) => {
    process.stderr.write(`Pulumi ${version} (${origin}: ${directory})\n`);
  },
  (error: unknown) => {
    process.stderr.write(`${messageOf(error)}\n`);
    process.exitCode = 1;
  },
);
