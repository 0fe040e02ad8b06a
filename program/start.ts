/** The program's entry point, as cli/main.ts is the command's: the build makes one file of program.ts and its imports. */
import { keepBundlesCompiled } from "../lib/startup/compile-cache";

keepBundlesCompiled("program");
// eslint-disable-next-line @typescript-eslint/no-require-imports -- after the line above
export = require("./program") as typeof import("./program");
