// The first step of `npm test`: caches an engine, or fails with one clear error. Prints only to stderr.
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
