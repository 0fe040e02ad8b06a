#!/usr/bin/env node
/** The CLI's entry point; the build makes one file of program.ts and its imports. */
import { keepBundlesCompiled } from "../lib/startup/compile-cache";

const [, , command = ""] = process.argv;
keepBundlesCompiled(command.replaceAll(/[^a-z-]/gu, ""));
// eslint-disable-next-line @typescript-eslint/no-require-imports -- after the line above; import() would be another loader
require("./program");
