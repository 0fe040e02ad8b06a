/** Imported first: half of a command's time is compiling its libraries. Node keeps the compiled code, and nothing else, in the system's temporary folder. */
import { enableCompileCache } from "node:module";

enableCompileCache();
